/**
 * The option `undumpable`: prctl(PR_SET_DUMPABLE, 0) keeps other programs of the same user from
 * this process's memory. It also prevents a daemon of the same user from identifying the caller. So
 * the process becomes dumpable while the daemon looks: from the beginning of a connection to its
 * first reply.
 *
 * @module
 */

import { FfiTransport } from "../ffi/transport.ts";
import type { PosixCalls } from "../ffi/posix/calls.ts";
import type { Deadline } from "../src/clock.ts";
import { InvalidRequestError } from "../src/errors/request.ts";
import { runtime } from "../src/runtime.ts";
import type { Connection, PeerCredentials, Transport } from "../src/transport.ts";
import type { Chosen } from "./other_transports.ts";

const PR_SET_DUMPABLE = 4;

/** Connections of this process that the daemon has not answered yet. */
let unknown = 0;

/**
 * Wraps a transport so that its connections hide this process's memory.
 *
 * @param chosen The client's transport.
 * @throws {InvalidRequestError} When the transport makes no system calls on Linux.
 */
export function undumpable({ transport, system }: Chosen): Chosen {
  if (!(transport instanceof FfiTransport) || runtime.system !== "linux") {
    throw new InvalidRequestError("undumpable", 'needs the transport "ffi" on Linux');
  }
  return { transport: new HidingTransport(transport), system };
}

class HidingTransport implements Transport {
  readonly name = "ffi";
  readonly peerSource = "kernel";
  readonly #ffi: FfiTransport<PosixCalls>;

  constructor(ffi: FfiTransport<PosixCalls>) {
    this.#ffi = ffi;
  }

  available(): boolean {
    return this.#ffi.available();
  }

  async connect(endpoint: string, deadline: Deadline): Promise<Connection> {
    const hide = this.#show();
    try {
      return new HidingConnection(await this.#ffi.connect(endpoint, deadline), hide);
    } catch (error) {
      hide();
      throw error;
    }
  }

  /** @returns A function to call when the daemon has looked. */
  #show(): () => void {
    const set = (value: number): void => {
      this.#ffi.use((calls) => calls.prctl!(PR_SET_DUMPABLE, value, 0, 0, 0));
    };
    if (unknown++ === 0) set(1);
    let hidden = false;
    return () => {
      if (hidden) return;
      hidden = true;
      if (--unknown === 0) set(0);
    };
  }
}

class HidingConnection implements Connection {
  readonly #connection: Connection;
  readonly #hide: () => void;

  constructor(connection: Connection, hide: () => void) {
    this.#connection = connection;
    this.#hide = hide;
  }

  get peer(): PeerCredentials | undefined {
    return this.#connection.peer;
  }

  read(into: Uint8Array): number | Promise<number> {
    const count = this.#connection.read(into);
    if (typeof count === "number") return this.#received(count);
    return count.then((count) => this.#received(count));
  }

  write(bytes: Uint8Array): void | Promise<void> {
    return this.#connection.write(bytes);
  }

  quiet(): boolean {
    return this.#connection.quiet();
  }

  inheritable(): boolean | undefined {
    return this.#connection.inheritable?.();
  }

  close(): void {
    this.#hide();
    this.#connection.close();
  }

  ref(): void {
    this.#connection.ref?.();
  }

  unref(): void {
    this.#connection.unref?.();
  }

  /** The daemon sends no reply before it has looked at the caller. */
  #received(count: number): number {
    this.#hide();
    return count;
  }
}
