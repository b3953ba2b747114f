/**
 * The interface between the client and the operating system: what a transport and its connections
 * must do. Code above this file knows no sockets; native code is below it.
 *
 * @module
 */

import type { Deadline } from "./clock.ts";

/**
 * Who is at the other end of a connection, as the kernel reports. The transports deno and node cannot
 * ask the kernel; they give the owner of the socket's file.
 */
export interface PeerCredentials {
  /** Process id of the process that listens. */
  readonly pid?: number;
  /** Effective user id of that process when it began to listen. Absent on Windows. */
  readonly uid?: number;
  /** Effective group id. Absent on Windows. */
  readonly gid?: number;
}

/** The common part of asynchronous and synchronous connections. */
export interface ConnectionBase {
  /** The server's identity, where the transport can tell. */
  readonly peer?: PeerCredentials;
  /**
   * True while there is nothing to read: neither bytes nor a close. Never waits. Between two
   * requests a connection must be quiet; otherwise it was closed or holds an unsolicited reply.
   */
  quiet(): boolean;
  /**
   * Whether a child process would inherit the descriptor or handle, as the kernel reports;
   * `undefined` where the kernel cannot be asked.
   */
  inheritable?(): boolean | undefined;
  /**
   * Closes the connection and wakes a waiting {@linkcode Connection.read}, which then returns 0.
   * Idempotent.
   */
  close(): void;
}

/**
 * One open connection whose methods may return promises. At most one read and one write at a time.
 */
export interface Connection extends ConnectionBase {
  /**
   * Reads at least one byte into `into`, waiting as long as it takes; deadlines are the caller's.
   *
   * @returns The number of bytes, or 0 when the peer has closed cleanly.
   * @throws {SystemCallError} When the connection was reset.
   */
  read(into: Uint8Array): number | Promise<number>;
  /**
   * Passes all of `bytes` to the operating system. Until then the caller must not change them.
   *
   * @throws {SystemCallError} With `written`, when it is known how many bytes had gone out.
   */
  write(bytes: Uint8Array): void | Promise<void>;
  /**
   * Lets the event loop read what has arrived, for a transport whose {@linkcode ConnectionBase.quiet}
   * does not ask the kernel. The client awaits it before it calls `quiet()` and writes.
   *
   * @returns `undefined` when the event loop has read just now.
   */
  catchUp?(): Promise<void> | undefined;
  /** Keeps the process alive while a reply is awaited. */
  ref?(): void;
  /** Lets the process end while the connection is open. */
  unref?(): void;
}

/** One open connection without promises. */
export interface ConnectionSync extends ConnectionBase {
  /**
   * Reads at least one byte into `into`.
   *
   * @returns The number of bytes, 0 when the peer has closed, or -1 when the deadline passed.
   * @throws {SystemCallError} When the connection was reset.
   */
  read(into: Uint8Array, deadline: Deadline): number;
  /**
   * Hands all of `bytes` to the operating system.
   *
   * @returns The number of bytes written: fewer than given when the deadline passed.
   * @throws {SystemCallError} With `written`.
   */
  write(bytes: Uint8Array, deadline: Deadline): number;
}

/** Which users' files a transport trusts on the way to the socket. */
export interface Trust {
  /** False when the caller trusts every listener. */
  readonly check: boolean;
  /** Whether a user is trusted. */
  has(uid: number): boolean;
}

/** A way to reach the daemon. Each client gets one; it keeps no state between connections. */
export interface Transport {
  /** Short name, shown as `client.transport`: `"ffi"`, `"node"`, or your own. */
  readonly name: string;
  /**
   * `"kernel"` when {@linkcode ConnectionBase.peer} is what the kernel reports, `"file"` when it is
   * the owner of the socket's file. A transport without this property does not know who listens.
   */
  readonly peerSource?: "kernel" | "file";
  /** Whether this runtime can use it now. Does no I/O and never prompts. */
  available(): boolean;
  /**
   * Why {@linkcode Transport.available} returns false, for messages; `undefined` when it returns
   * true.
   */
  unavailable?(): string | undefined;
  /**
   * Opens a connection.
   *
   * @param endpoint A socket path, or a pipe name on Windows.
   * @param deadline When to give up.
   * @param trust For a transport that finds out who listens from the file system: whose files it
   * trusts. Default: root's and the caller's. The client itself judges {@linkcode
   * ConnectionBase.peer}.
   * @throws {SystemCallError} With the name of the error (`ENOENT`, `ECONNREFUSED`, …), or
   * `ETIMEDOUT` when the deadline passed.
   * @throws {UntrustedPeerError} When another user could have put the socket there.
   */
  connect(endpoint: string, deadline: Deadline, trust?: Trust): Promise<Connection>;
  /** The same without promises; absent where the runtime cannot block. */
  connectSync?(endpoint: string, deadline: Deadline): ConnectionSync;
}

/**
 * A system call that failed. Transports throw it; the client turns it into its own errors.
 *
 * @example
 * ```ts
 * import { SystemCallError } from "@keychain-auth/client/core";
 *
 * console.log(new SystemCallError("connect", "ENOENT").message); // connect failed with ENOENT
 * ```
 */
export class SystemCallError extends Error {
  /** The name of the class. */
  override readonly name = "SystemCallError";
  /** The error's symbolic name: `ENOENT`, `EPIPE`, `ERROR_ACCESS_DENIED`, … */
  readonly code: string;
  /** The function that failed, as its manual page calls it: `connect`, `CreateFileW`, … */
  readonly call: string;
  /** How many bytes of the write were sent before it failed, when that is known. */
  readonly written: number | undefined;

  /**
   * Made by the client; a program needs this only to play a failure in its tests.
   *
   * @param call The function that failed.
   * @param code The error's symbolic name.
   * @param written Bytes already written, for a write.
   */
  constructor(call: string, code: string, written?: number) {
    super(`${call} failed with ${code}`);
    this.call = call;
    this.code = code;
    this.written = written;
  }
}
