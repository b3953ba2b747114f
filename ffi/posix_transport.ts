/**
 * The ffi transport on Linux and macOS.
 *
 * @module
 */

import type { Deadline } from "../src/deadline.ts";
import { PermissionError, TransportUnavailableError } from "../src/errors/unavailable.ts";
import type { Runtime } from "../src/runtime.ts";
import type { Connection, ConnectionSync, Transport } from "../src/transport.ts";
import type { Obstacle, PosixBinding } from "./binding.ts";
import { libcCandidates } from "./libc.ts";
import type { PosixCalls } from "./posix_calls.ts";
import { connectPosix, connectPosixSync } from "./posix_connection.ts";
import { DARWIN, LINUX } from "./posix_constants.ts";
import { ownerOf } from "./posix_socket.ts";

/** Unix sockets by direct system calls. libc is loaded at the first connection. */
export class PosixTransport implements Transport {
  readonly name = "ffi";
  readonly #binding: PosixBinding;
  readonly #runtime: Runtime;
  readonly #obstacle: Obstacle | undefined;
  #calls: PosixCalls | undefined;

  /**
   * @param binding This runtime's binding.
   * @param runtime Where this runs.
   */
  constructor(binding: PosixBinding, runtime: Runtime) {
    this.#binding = binding;
    this.#runtime = runtime;
    this.#obstacle = libcCandidates(runtime).length === 0
      ? { reason: "this system has no Unix sockets known here" }
      : binding.obstacle(libcCandidates(runtime));
  }

  available(): boolean {
    return this.#obstacle === undefined;
  }

  unavailable(): string | undefined {
    return this.#obstacle?.reason;
  }

  /** The runtime's flags that would permit it, when only that is missing. */
  get flags(): readonly string[] | undefined {
    return this.#obstacle?.flags;
  }

  async connect(endpoint: string, deadline: Deadline): Promise<Connection> {
    return await connectPosix(this.#loaded(), endpoint, deadline);
  }

  connectSync(endpoint: string, deadline: Deadline): ConnectionSync {
    return connectPosixSync(this.#loaded(), endpoint, deadline);
  }

  uid(): number | undefined {
    return this.#loaded().geteuid();
  }

  ownerOf(path: string): number | undefined {
    return ownerOf(this.#loaded(), path);
  }

  #loaded(): PosixCalls {
    if (this.#calls !== undefined) return this.#calls;
    if (this.#obstacle?.flags) throw new PermissionError("FFI", [this.#obstacle.flags]);
    if (this.#obstacle) throw new TransportUnavailableError(this.name, this.#obstacle.reason);
    const constants = this.#runtime.system === "darwin" ? DARWIN : LINUX;
    try {
      this.#calls = this.#binding.posixCalls(constants, libcCandidates(this.#runtime));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new TransportUnavailableError(this.name, `libc cannot be loaded: ${reason}`);
    }
    return this.#calls;
  }
}
