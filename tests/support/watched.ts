/** A real transport that remembers every buffer which a client hands to it. */
import type { Transport } from "../../mod.ts";
import type { Connection, ConnectionBase, ConnectionSync, Deadline } from "../../core.ts";
import { posixBinding } from "../../connect/choose_transport.ts";
import { connectPosixSync } from "../../ffi/posix/connection_sync.ts";
import { DARWIN } from "../../ffi/posix/darwin.ts";
import { LINUX } from "../../ffi/posix/linux.ts";
import { posixTransport } from "../../ffi/posix/transport.ts";
import { connectPipeSync } from "../../ffi/windows/connection_sync.ts";
import { windowsTransport } from "../../ffi/windows/runtime.ts";
import { denoTransport } from "../../net/deno_connect.ts";
import { nodeTransport } from "../../net/node_net.ts";
import { runtime } from "../../src/runtime.ts";
import type { Trust } from "../../src/transport.ts";
import type { Mode } from "./clients.ts";

/** A transport of this runtime, as an object. */
export function realTransport({ transport }: Pick<Mode, "transport">): Transport {
  if (transport === "deno") return denoTransport;
  if (transport === "node") return nodeTransport;
  if (runtime.system === "windows") return windowsTransport(connectPipeSync)!;
  const constants = runtime.system === "darwin" ? DARWIN : LINUX;
  return posixTransport(posixBinding!, runtime, constants, connectPosixSync);
}

/** The transport of a mode, watched. */
export class Watched implements Transport {
  readonly name: string;
  /** The client's own memory, no copies. */
  readonly buffers = new Set<Uint8Array>();
  /** How many reads and writes there were. */
  calls = 0;
  /** Told after each write how many requests the system has taken in all. */
  onSent: (requests: number) => void = () => {};
  /** Called as soon as a read that had to wait is over, before the client is told. */
  onRead: () => void = () => {};
  readonly #inner: Transport;
  #sent = 0;

  constructor(mode: Mode) {
    this.#inner = realTransport(mode);
    this.name = this.#inner.name;
  }

  available(): boolean {
    return true;
  }

  async connect(endpoint: string, deadline: Deadline, trust?: Trust): Promise<Connection> {
    const inner = await this.#inner.connect(endpoint, deadline, trust);
    return {
      ...base(inner),
      read: (into) => {
        this.#saw(into);
        const count = inner.read(into);
        if (typeof count === "number") return count;
        return count.then((count) => {
          this.onRead();
          return count;
        });
      },
      write: (bytes) => {
        this.#saw(bytes);
        const lines = linesIn(bytes);
        const pending = inner.write(bytes);
        if (pending === undefined) return this.#took(lines);
        return pending.then(() => this.#took(lines));
      },
      catchUp: () => inner.catchUp?.(),
      ref: () => inner.ref?.(),
      unref: () => inner.unref?.(),
    };
  }

  connectSync(endpoint: string, deadline: Deadline): ConnectionSync {
    const inner = this.#inner.connectSync!(endpoint, deadline);
    return {
      ...base(inner),
      read: (into, deadline) => {
        this.#saw(into);
        return inner.read(into, deadline);
      },
      write: (bytes, deadline) => {
        this.#saw(bytes);
        const lines = linesIn(bytes);
        const written = inner.write(bytes, deadline);
        this.#took(lines);
        return written;
      },
    };
  }

  /** Whether any buffer of the client holds `text` now. */
  shows(text: string): boolean {
    const decoder = new TextDecoder("latin1");
    return [...this.buffers].some(({ buffer }) => decoder.decode(buffer).includes(text));
  }

  #took(lines: number): void {
    this.#sent += lines;
    this.onSent(this.#sent);
  }

  #saw(bytes: Uint8Array): void {
    this.calls++;
    this.buffers.add(bytes);
  }
}

/** How many requests end in these bytes, which are overwritten as soon as they are out. */
function linesIn(bytes: Uint8Array): number {
  return bytes.reduce((count, byte) => byte === 10 ? count + 1 : count, 0);
}

function base(inner: ConnectionBase): ConnectionBase {
  return {
    peer: inner.peer,
    quiet: () => inner.quiet(),
    close: () => inner.close(),
  };
}
