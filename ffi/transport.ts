/**
 * The ffi transport of every system. It loads the system's library with the first connection and
 * unloads it with the last, because test runners report a library that stays loaded.
 *
 * @module
 */

import type { Deadline } from "../src/clock.ts";
import { TransportUnavailableError } from "../src/errors/unavailable.ts";
import type { SystemServices } from "../src/system.ts";
import type { Connection, ConnectionSync, Transport } from "../src/transport.ts";

/** Calls that were loaded from a library. */
export interface Unloadable {
  /** Unloads the library. No call may be made after this. */
  unload(): void;
}

/** What a system provides to the transport. */
export interface Native<Calls extends Unloadable> {
  /** The library's name, for messages. */
  readonly library: string;
  /** Why it cannot be loaded, if that is so. */
  readonly obstacle: string | undefined;
  /** @throws {Error} When it cannot be loaded. */
  load(): Calls;
  /**
   * @param closed Called once when the connection makes no more calls.
   * @throws {SystemCallError} When connecting fails; `closed` is then not called.
   */
  connect(
    calls: Calls,
    endpoint: string,
    deadline: Deadline,
    closed: () => void,
  ): Promise<Connection>;
  /** The same without promises, for a synchronous client. */
  connectSync?(
    calls: Calls,
    endpoint: string,
    deadline: Deadline,
    closed: () => void,
  ): ConnectionSync;
  /** The effective user id. */
  uid?(calls: Calls): number;
  /** The user id that owns a path. */
  ownerOf?(calls: Calls, path: string): number | undefined;
  /** Whether anything is at a path. */
  exists?(calls: Calls, path: string): boolean | undefined;
}

/** Direct system calls through a runtime's foreign functions. */
export class FfiTransport<Calls extends Unloadable> implements Transport, SystemServices {
  readonly name = "ffi";
  readonly peerSource = "kernel";
  readonly connectSync?: (endpoint: string, deadline: Deadline) => ConnectionSync;
  readonly #native: Native<Calls>;
  #calls: Calls | undefined;
  #users = 0;

  constructor(native: Native<Calls>) {
    this.#native = native;
    const { connectSync } = native;
    if (connectSync === undefined) return;
    this.connectSync = (endpoint, deadline) => {
      const calls = this.#acquire();
      try {
        return connectSync(calls, endpoint, deadline, () => this.#release());
      } catch (error) {
        this.#release();
        throw error;
      }
    };
  }

  available(): boolean {
    return this.#native.obstacle === undefined;
  }

  unavailable(): string | undefined {
    return this.#native.obstacle;
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

  uid(): number | undefined {
    return this.#calls && this.#native.uid?.(this.#calls);
  }

  ownerOf(path: string): number | undefined {
    return this.#calls && this.#native.ownerOf?.(this.#calls, path);
  }

  exists(path: string): boolean | undefined {
    return this.#calls && this.#native.exists?.(this.#calls, path);
  }

  keep(): () => void {
    try {
      this.#acquire();
      return () => this.#release();
    } catch {
      // The error of connecting says why.
      return () => {};
    }
  }

  /**
   * Makes further calls, even when no connection keeps the library loaded.
   *
   * @param task Makes the calls; `keep()` keeps the library loaded until the function that it
   * returns is called.
   */
  use<T>(task: (calls: Calls, keep: () => () => void) => T): T {
    const calls = this.#acquire();
    try {
      return task(calls, () => {
        this.#users++;
        return () => this.#release();
      });
    } finally {
      this.#release();
    }
  }

  #acquire(): Calls {
    const { obstacle, library } = this.#native;
    let reason = obstacle;
    try {
      if (reason === undefined) this.#calls ??= this.#native.load();
    } catch (error) {
      reason = `${library} cannot be loaded: ${error instanceof Error ? error.message : error}`;
    }
    if (this.#calls === undefined) throw new TransportUnavailableError(this.name, reason!);
    this.#users++;
    return this.#calls;
  }

  #release(): void {
    if (--this.#users > 0) return;
    this.#calls?.unload();
    this.#calls = undefined;
  }
}
