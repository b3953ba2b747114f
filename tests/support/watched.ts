/** A real transport that remembers every buffer which a client hands to it. */
import type { Connection, ConnectionBase, ConnectionSync, Deadline, Transport } from "../../mod.ts";
import { ffiTransport } from "../../transports/ffi.ts";
import { netTransport } from "../../transports/net_transport.ts";
import type { Mode } from "./clients.ts";

/** A transport of this runtime, as an object. */
export function realTransport({ transport }: Pick<Mode, "transport">): Transport {
  return transport === "ffi" ? ffiTransport()! : netTransport;
}

/** The transport of a mode, watched. */
export class Watched implements Transport {
  readonly name: string;
  /** The client's own memory, no copies. */
  readonly buffers = new Set<Uint8Array>();
  /** How many reads and writes there were. */
  calls = 0;
  /** Called as soon as a read that had to wait is over, before the client is told. */
  onRead: () => void = () => {};
  readonly #inner: Transport;

  constructor(mode: Mode) {
    this.#inner = realTransport(mode);
    this.name = this.#inner.name;
  }

  available(): boolean {
    return true;
  }

  async connect(endpoint: string, deadline: Deadline): Promise<Connection> {
    const inner = await this.#inner.connect(endpoint, deadline);
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
        return inner.write(bytes);
      },
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
        return inner.write(bytes, deadline);
      },
    };
  }

  uid(): number | undefined {
    return this.#inner.uid?.();
  }

  /** Whether any buffer of the client holds `text` now. */
  shows(text: string): boolean {
    const decoder = new TextDecoder("latin1");
    return [...this.buffers].some(({ buffer }) => decoder.decode(buffer).includes(text));
  }

  #saw(bytes: Uint8Array): void {
    this.calls++;
    this.buffers.add(bytes);
  }
}

function base(inner: ConnectionBase): ConnectionBase {
  return {
    peer: inner.peer,
    quiet: () => inner.quiet(),
    close: () => inner.close(),
  };
}
