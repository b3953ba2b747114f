/**
 * send and recv by this runtime's FFI and nothing else: no deadline, no check, no promise, errors only
 * counted as wrong answers. What a client that calls libc can at best be.
 */
import { LINUX } from "../../ffi/posix/linux.ts";
import { SOCK_STREAM } from "../../ffi/posix/constants.ts";
import { sockaddrUn } from "../../ffi/posix/layout.ts";
import type { PosixCalls } from "../../ffi/posix/calls.ts";
import { libcCandidates } from "../../ffi/posix/libc.ts";
import { runtime } from "../../src/runtime.ts";
import type { Reply } from "./naive_client.ts";
import { SERVICE } from "./names.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

async function callsOf(): Promise<PosixCalls> {
  const { posixCalls } = runtime.name === "deno"
    ? await import("../../ffi/deno.ts")
    : runtime.name === "bun"
    ? await import("../../ffi/bun.ts")
    : await import("../../ffi/node.ts");
  return posixCalls(LINUX, libcCandidates(runtime));
}

/** A connected socket. */
export class BareSocket {
  readonly #calls: PosixCalls;
  readonly #fd: number;
  readonly #out = new Uint8Array(256 * 1024);
  readonly #in = new Uint8Array(4 * 1024 * 1024);

  private constructor(calls: PosixCalls, path: string) {
    this.#calls = calls;
    this.#fd = calls.socket(1, SOCK_STREAM | LINUX.SOCK_CLOEXEC, 0);
    const address = sockaddrUn(path, LINUX);
    if (calls.connect(this.#fd, address, address.length) !== 0) throw new Error("connect failed");
  }

  /** Connects. */
  static async connect(path: string): Promise<BareSocket> {
    return new BareSocket(await callsOf(), path);
  }

  /** One request and its reply. */
  ask(targets: readonly string[], match?: string): Reply {
    return this.askAll([targets], match)[0];
  }

  /** Requests in one send, and all their replies. */
  askAll(lists: readonly (readonly string[])[], match?: string): Reply[] {
    let text = "";
    for (const targets of lists) {
      text += JSON.stringify({ type: "REQUEST", action: "read", service: SERVICE, match, targets });
      text += "\n";
    }
    const { written } = encoder.encodeInto(text, this.#out);
    this.#calls.send(this.#fd, this.#out, written, LINUX.MSG_NOSIGNAL);
    const replies: Reply[] = [];
    for (let start = 0, end = 0; replies.length < lists.length;) {
      const space = end === 0 ? this.#in : this.#in.subarray(end);
      // A result of recv is an int here, so that no more than 1 MiB is asked for.
      const count = this.#calls.recv(this.#fd, space, Math.min(space.length, 1 << 20), 0);
      if (count <= 0) throw new Error("recv failed");
      const from = end;
      end += count;
      for (let at = this.#in.subarray(0, end).indexOf(10, from); at !== -1;) {
        replies.push(JSON.parse(decoder.decode(this.#in.subarray(start, at))));
        start = at + 1;
        at = this.#in.subarray(0, end).indexOf(10, start);
      }
    }
    return replies;
  }

  /** Ends the connection. */
  close(): void {
    this.#calls.close(this.#fd);
    this.#calls.unload();
  }
}
