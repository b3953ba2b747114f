/**
 * The ffi transport, whatever the system: it loads the system's library with the first connection
 * and unloads it with the last, so that a program's tests do not find it left behind.
 *
 * @module
 */

import type { Deadline } from "../src/deadline.ts";
import { PermissionError, TransportUnavailableError } from "../src/errors/unavailable.ts";
import type { Connection, ConnectionSync, Transport } from "../src/transport.ts";
import type { Obstacle } from "./binding.ts";

/** Calls that were loaded from a library. */
export interface Unloadable {
  /** Unloads the library. None of the calls may be made any more. */
  unload(): void;
}

/** One system's way to connections. */
export interface Native<Calls extends Unloadable> {
  /** The library's name, for messages. */
  readonly library: string;
  /** What stands in the way of loading it, if anything. */
  readonly obstacle: Obstacle | undefined;
  /** @throws {Error} When it cannot be loaded. */
  load(): Calls;
  /**
   * @param closed Called once when the connection makes no more calls.
   * @throws {SystemCallError} When there is no connection, and so no call of `closed`.
   */
  connect(
    calls: Calls,
    endpoint: string,
    deadline: Deadline,
    closed: () => void,
  ): Promise<Connection>;
  /** The same without promises. */
  connectSync(
    calls: Calls,
    endpoint: string,
    deadline: Deadline,
    closed: () => void,
  ): ConnectionSync;
  /** The effective user id. */
  uid?(calls: Calls): number;
  /** The user id that owns a path. */
  ownerOf?(calls: Calls, path: string): number | undefined;
  /** A file's bytes, in pieces. */
  readFile?(calls: Calls, path: string): Iterable<Uint8Array>;
}

/** Direct system calls through a runtime's foreign functions. */
export class FfiTransport<Calls extends Unloadable> implements Transport {
  readonly name = "ffi";
  readonly #native: Native<Calls>;
  #calls: Calls | undefined;
  #connections = 0;

  /** @param native This system's way. */
  constructor(native: Native<Calls>) {
    this.#native = native;
  }

  available(): boolean {
    return this.#native.obstacle === undefined;
  }

  unavailable(): string | undefined {
    return this.#native.obstacle?.reason;
  }

  /** The runtime's flags that would permit it, when only that is missing. */
  get flags(): readonly string[] | undefined {
    return this.#native.obstacle?.flags;
  }

  async connect(endpoint: string, deadline: Deadline): Promise<Connection> {
    const calls = this.#acquire();
    try {
      return await this.#native.connect(calls, endpoint, deadline, () => this.#release());
    } catch (error) {
      this.#release();
      throw error;
    }
  }

  connectSync(endpoint: string, deadline: Deadline): ConnectionSync {
    const calls = this.#acquire();
    try {
      return this.#native.connectSync(calls, endpoint, deadline, () => this.#release());
    } catch (error) {
      this.#release();
      throw error;
    }
  }

  uid(): number | undefined {
    return this.#calls && this.#native.uid?.(this.#calls);
  }

  ownerOf(path: string): number | undefined {
    return this.#calls && this.#native.ownerOf?.(this.#calls, path);
  }

  readFile(path: string): Iterable<Uint8Array> | undefined {
    const read = this.#native.readFile;
    return read && this.#pieces(read, path);
  }

  /** The library may have been unloaded with the connection that was denied. */
  *#pieces(
    read: (calls: Calls, path: string) => Iterable<Uint8Array>,
    path: string,
  ): Iterable<Uint8Array> {
    const calls = this.#acquire();
    try {
      yield* read(calls, path);
    } finally {
      this.#release();
    }
  }

  #acquire(): Calls {
    const { obstacle, library } = this.#native;
    if (obstacle?.flags) throw new PermissionError("FFI", [obstacle.flags]);
    if (obstacle) throw new TransportUnavailableError(this.name, obstacle.reason);
    try {
      this.#calls ??= this.#native.load();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new TransportUnavailableError(this.name, `${library} cannot be loaded: ${reason}`);
    }
    this.#connections++;
    return this.#calls;
  }

  #release(): void {
    if (--this.#connections > 0) return;
    this.#calls?.unload();
    this.#calls = undefined;
  }
}
