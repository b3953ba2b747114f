/**
 * The deno transport: `Deno.connect()`, for Deno without `--allow-ffi`. It needs no `node:` module,
 * whose loading takes ten times as long as a first secret, and it receives into the client's own
 * buffer.
 *
 * @module
 */

import { nextTurn, now } from "../src/clock.ts";
import { PermissionError } from "../src/errors/unavailable.ts";
import { deno, type DenoConn, runtime } from "../src/runtime.ts";
import {
  type Connection,
  type PeerCredentials,
  SystemCallError,
  type Transport,
} from "../src/transport.ts";
import { denoCode } from "./deno_errors.ts";
import { missingFlags } from "./deno_flags.ts";
import { retryWhileBusy } from "./retry_while_busy.ts";
import { openTrusted } from "./socket_path.ts";
import { StuckWrite } from "./stuck_write.ts";

/** Size of the read that is always pending. In Deno, only a pending read notices a close. */
const READ_AHEAD = 64 * 1024;
/** For this time after traffic, in ms, a write needs no check of the socket by the event loop. */
const STALE = 20;

/** `Deno.connect()` for Unix sockets. */
export const denoTransport: Transport = {
  name: "deno",
  peerSource: "file",
  available: () => deno !== undefined && runtime.system !== "windows",
  unavailable: () =>
    deno === undefined ? "only Deno has it" : "it has no named pipes; use ffi or node",
  async connect(endpoint, deadline, trust) {
    // Checked first, because Deno would prompt otherwise.
    const flags = missingFlags(endpoint, trust?.check);
    if (flags !== undefined) throw new PermissionError(`connecting to ${endpoint}`, [flags]);
    return await openTrusted(
      endpoint,
      async () => new DenoConnection(await retryWhileBusy(() => connectOnce(endpoint), deadline)),
      trust,
    );
  },
};

class DenoConnection implements Connection {
  peer: PeerCredentials | undefined;
  readonly #conn: DenoConn;
  readonly #buffer = new Uint8Array(READ_AHEAD);
  /** Start of the bytes that were read ahead and not taken. */
  #start = 0;
  #end = 0;
  #ended = false;
  #error: unknown;
  #pending: Promise<void> | undefined;
  #closed = false;
  #active = now();
  readonly #stuck = new StuckWrite(() => this.close());

  constructor(conn: DenoConn) {
    this.#conn = conn;
    this.#readAhead();
  }

  read(into: Uint8Array): number | Promise<number> {
    return this.#take(into) ?? this.#pending!.then(() => this.#take(into)!);
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.#stuck.watch(this.#write(bytes));
  }

  async #write(bytes: Uint8Array): Promise<void> {
    for (let written = 0; written < bytes.length;) {
      try {
        written += await this.#conn.write(bytes.subarray(written));
      } catch (error) {
        throw systemError("write", error, written);
      }
    }
  }

  catchUp(): Promise<void> | undefined {
    if (now() - this.#active <= STALE) return undefined;
    return new Promise((resolve) => nextTurn(resolve));
  }

  quiet(): boolean {
    return this.#start === this.#end && !this.#ended;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = this.#ended = true;
    this.#buffer.fill(0);
    this.#start = this.#end = 0;
    try {
      this.#conn.close();
    } catch {
      // Deno has already closed it after an error.
    }
  }

  ref(): void {
    this.#stuck.hold(true);
    if (!this.#closed) this.#conn.ref();
  }

  unref(): void {
    this.#stuck.hold(false);
    if (!this.#closed) this.#conn.unref();
  }

  /** @returns `undefined` when nothing has arrived yet. */
  #take(into: Uint8Array): number | undefined {
    if (this.#start < this.#end) {
      const part = this.#buffer.subarray(
        this.#start,
        Math.min(this.#end, this.#start + into.length),
      );
      into.set(part);
      part.fill(0);
      this.#start += part.length;
      if (this.#start === this.#end) this.#readAhead();
      return part.length;
    }
    if (!this.#ended) return undefined;
    if (this.#error !== undefined && !this.#closed) throw systemError("read", this.#error);
    return 0;
  }

  #readAhead(): void {
    if (this.#ended) return;
    this.#start = this.#end = 0;
    this.#pending = this.#conn.read(this.#buffer).then((count) => {
      this.#active = now();
      // The bytes may arrive in the same turn as the close.
      if (this.#closed) this.#buffer.fill(0);
      else if (count === null) this.#ended = true;
      else this.#end = count;
    }, (error) => {
      this.#error = error;
      this.#ended = true;
    });
  }
}

async function connectOnce(endpoint: string): Promise<DenoConn> {
  try {
    return await deno!.connect({ transport: "unix", path: endpoint });
  } catch (error) {
    throw systemError("connect", error);
  }
}

function systemError(call: string, error: unknown, written?: number): SystemCallError {
  return new SystemCallError(call, denoCode(error), written);
}
