/**
 * One Unix socket over a table of calls: created close-on-exec, connected, and asked who listens.
 *
 * @module
 */

import type { Deadline } from "../../src/clock.ts";
import { type PeerCredentials, SystemCallError } from "../../src/transport.ts";
import type { PosixCalls } from "./calls.ts";
import {
  AF_UNIX,
  F_GETFD,
  FD_CLOEXEC,
  POLLIN,
  POLLOUT,
  SHUT_RDWR,
  SOCK_STREAM,
} from "./constants.ts";
import { callError, errorName, UNKNOWN } from "./errors.ts";
import { pollfd, sockaddrUn } from "./layout.ts";

/** How often a call is repeated to find out why it failed. */
const UNKNOWN_LIMIT = 3;

export class PosixSocket {
  readonly calls: PosixCalls;
  readonly fd: number;
  readonly peer: PeerCredentials;
  readonly #readable: Uint8Array;
  readonly #flags: number;
  readonly #onClose: () => void;
  /** Called before the descriptor is closed. */
  beforeClose: (() => void) | undefined;
  /** The error that ended the connection. The kernel reports a reset only once. */
  #broken: SystemCallError | undefined;
  #closed = false;

  private constructor(calls: PosixCalls, fd: number, closed: () => void) {
    this.#onClose = closed;
    this.calls = calls;
    this.fd = fd;
    this.peer = calls.constants.peerOf(calls, fd);
    this.#readable = pollfd(fd, POLLIN);
    this.#flags = calls.constants.MSG_DONTWAIT | calls.constants.MSG_NOSIGNAL;
  }

  /**
   * Creates a socket that no child process inherits, and connects it. While the daemon's queue of
   * connections is full, it yields between two attempts, so that the caller can wait.
   *
   * @param closed Called once when the connected socket makes no more calls.
   * @param blocking Called before each attempt, with a descriptor that may block the thread.
   * @throws {SystemCallError} With the error's name.
   */
  static *connect(
    calls: PosixCalls,
    path: string,
    deadline: Deadline,
    closed: () => void,
    blocking?: (fd: number) => void,
  ): Generator<void, PosixSocket> {
    const address = sockaddrUn(path, calls.constants);
    const fd = createSocket(calls, blocking !== undefined);
    try {
      for (let unknown = 0;;) {
        blocking?.(fd);
        if (calls.connect(fd, address, address.length) === 0) {
          return new PosixSocket(calls, fd, closed);
        }
        const code = errorName(calls);
        // The error number was lost. A second attempt fails again and may give it.
        if (code === UNKNOWN && unknown++ < UNKNOWN_LIMIT) continue;
        if (code !== "EAGAIN" && code !== "EINTR") throw new SystemCallError("connect", code);
        if (deadline.passed) throw new SystemCallError("connect", "ETIMEDOUT");
        yield;
      }
    } catch (error) {
      calls.close(fd);
      throw error;
    }
  }

  /**
   * Waits on this thread until there is something to read.
   *
   * @param milliseconds 0 only checks.
   * @returns Whether there is something: bytes, a close, or an error that the next read reports.
   */
  poll(milliseconds: number): boolean {
    if (this.#closed) return true;
    return this.calls.poll(this.#readable, 1, milliseconds) > 0;
  }

  /**
   * Waits on this thread until the kernel accepts more bytes, or reports an error.
   *
   * @returns Whether it does.
   */
  pollWritable(milliseconds: number): boolean {
    return this.calls.poll(pollfd(this.fd, POLLOUT), 1, milliseconds) > 0;
  }

  /**
   * Reads available bytes.
   *
   * @param flags 0 waits on this thread where the descriptor may block.
   * @returns -1 when there is nothing, when the time limit is over, or after a signal; 0 at the end.
   */
  receive(into: Uint8Array, flags: number = this.calls.constants.MSG_DONTWAIT): number {
    if (this.#closed) return 0;
    if (this.#broken !== undefined) throw this.#broken;
    for (let told = false;; told = true) {
      const count = this.calls.recv(this.fd, into, into.length, flags);
      if (count >= 0) return count;
      const code = errorName(this.calls);
      if (code === "EAGAIN" || code === "EINTR") return -1;
      // errno may belong to another call, so an error other than a reset must occur twice.
      if (told || code === "ECONNRESET") throw this.#broken = new SystemCallError("recv", code);
      if (!this.poll(0)) return -1;
    }
  }

  /**
   * Sends as many bytes as the kernel accepts now.
   *
   * @param before Bytes of the same write that were already sent, for the error.
   * @returns How many bytes were sent; 0 when the kernel accepts none now.
   */
  send(bytes: Uint8Array, before: number): number {
    if (this.#closed) throw new SystemCallError("send", "EBADF", before);
    for (let unknown = 0;;) {
      const count = this.calls.send(this.fd, bytes, bytes.length, this.#flags);
      if (count >= 0) return count;
      const code = errorName(this.calls);
      if (code === "EINTR") continue;
      if (code === "EAGAIN" || !this.pollWritable(0)) return 0;
      if (code === UNKNOWN && unknown++ < UNKNOWN_LIMIT) continue;
      throw new SystemCallError("send", code, before);
    }
  }

  /** Whether a child process would inherit it, fcntl(2). */
  inheritable(): boolean | undefined {
    const flags = this.#closed ? -1 : this.calls.fcntl(this.fd, F_GETFD);
    return flags === -1 ? undefined : (flags & FD_CLOEXEC) === 0;
  }

  /** Ends both directions, which wakes any poll(2), even on another thread. */
  shutdown(): void {
    if (!this.#closed) this.calls.shutdown(this.fd, SHUT_RDWR);
  }

  /** Closes the descriptor. No thread may poll it, because the kernel reuses its number. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.beforeClose?.();
    this.calls.close(this.fd);
    this.#onClose();
  }
}

function createSocket(calls: PosixCalls, blocking: boolean): number {
  const { constants } = calls;
  const type = SOCK_STREAM | constants.SOCK_CLOEXEC | (blocking ? 0 : constants.SOCK_NONBLOCK);
  let fd = calls.socket(AF_UNIX, type, 0);
  // The error number was lost. A second attempt fails again and may give it.
  if (fd === -1 && errorName(calls) === UNKNOWN) fd = calls.socket(AF_UNIX, type, 0);
  if (fd === -1) throw callError(calls, "socket");
  try {
    constants.prepare?.(calls, fd);
    return fd;
  } catch (error) {
    calls.close(fd);
    throw error;
  }
}
