/**
 * One Unix socket over a table of calls: made close-on-exec, connected, asked who listens.
 *
 * @module
 */

import type { Deadline } from "../../src/deadline.ts";
import { type PeerCredentials, SystemCallError } from "../../src/transport.ts";
import type { PosixCalls } from "./calls.ts";
import {
  AF_UNIX,
  F_GETFD,
  FD_CLOEXEC,
  FIOCLEX,
  MSG_PEEK,
  POLLIN,
  POLLOUT,
  SHUT_RDWR,
  SO_NOSIGPIPE,
  SOCK_STREAM,
} from "./constants.ts";
import { callError, errorName, UNKNOWN } from "./errors.ts";
import { int32, pollfd, sockaddrUn, timeval } from "./layout.ts";
import { peerOf } from "./peer.ts";

/** How often connect(2) is asked again why it failed. */
const UNKNOWN_LIMIT = 3;

/** A connected stream socket. */
export class PosixSocket {
  readonly calls: PosixCalls;
  readonly fd: number;
  readonly peer: PeerCredentials;
  readonly #readable: Uint8Array;
  readonly #peeked = new Uint8Array(1);
  readonly #flags: number;
  readonly #onClose: () => void;
  /** An error of a connection that is of no more use. The kernel tells a reset only once. */
  #broken: SystemCallError | undefined;
  #closed = false;

  private constructor(calls: PosixCalls, fd: number, closed: () => void) {
    this.#onClose = closed;
    this.calls = calls;
    this.fd = fd;
    this.peer = peerOf(calls, fd);
    this.#readable = pollfd(fd, POLLIN);
    this.#flags = calls.constants.MSG_DONTWAIT | calls.constants.MSG_NOSIGNAL;
  }

  /**
   * Makes a socket that no child process inherits and connects it. Between two tries it lets the
   * caller wait: a daemon whose queue is full takes nobody until it has accepted somebody.
   *
   * @param block Whether a try may hold up the thread until the deadline.
   * @param closed Called once when the connected socket makes no more calls.
   * @throws {SystemCallError} With the error's name.
   */
  static *connect(
    calls: PosixCalls,
    path: string,
    deadline: Deadline,
    block: boolean,
    closed: () => void,
  ): Generator<void, PosixSocket> {
    const address = sockaddrUn(path, calls.constants);
    const fd = createSocket(calls, block);
    try {
      for (let unknown = 0;;) {
        if (block) setSendTimeout(calls, fd, deadline.remaining());
        if (calls.connect(fd, address, address.length) === 0) {
          return new PosixSocket(calls, fd, closed);
        }
        const code = errorName(calls);
        // The same error comes again, and perhaps with its number.
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
   * @param milliseconds 0 only looks.
   * @returns Whether there is: bytes, a close, or an error that the next read gives.
   */
  poll(milliseconds: number): boolean {
    if (this.#closed) return true;
    return this.calls.poll(this.#readable, 1, milliseconds) > 0;
  }

  /**
   * Waits on this thread until the kernel takes more, or gives an error.
   *
   * @returns Whether it does.
   */
  pollWritable(milliseconds: number): boolean {
    return this.calls.poll(pollfd(this.fd, POLLOUT), 1, milliseconds) > 0;
  }

  /** Whether there is nothing to read: no bytes, and no end. */
  quiet(): boolean {
    try {
      return this.#receive(this.#peeked, MSG_PEEK | this.calls.constants.MSG_DONTWAIT) === -1;
    } catch {
      // The next read gives it.
      return false;
    }
  }

  /** Bounds {@linkcode receiveWaiting}. */
  setReceiveTimeout(milliseconds: number): void {
    const { SOL_SOCKET, SO_RCVTIMEO } = this.calls.constants;
    this.calls.setsockopt(this.fd, SOL_SOCKET, SO_RCVTIMEO, timeval(milliseconds), 16);
  }

  /** Reads what is there. @returns -1 when there is nothing, 0 at the end. */
  receive(into: Uint8Array): number {
    return this.#receive(into, this.calls.constants.MSG_DONTWAIT);
  }

  /**
   * Reads, waiting on this thread.
   *
   * @returns -1 when the time set for it is over, or when a signal came in between.
   */
  receiveWaiting(into: Uint8Array): number {
    return this.#receive(into, 0);
  }

  #receive(into: Uint8Array, flags: number): number {
    if (this.#closed) return 0;
    if (this.#broken !== undefined) throw this.#broken;
    for (let told = false;; told = true) {
      const count = this.calls.recv(this.fd, into, into.length, flags);
      if (count >= 0) return count;
      const code = errorName(this.calls);
      if (code === "EAGAIN" || code === "EINTR") return -1;
      // errno may be another call's: what is not a reset must be told twice.
      if (told || code === "ECONNRESET") throw this.#broken = new SystemCallError("recv", code);
      if (!this.poll(0)) return -1;
    }
  }

  /**
   * Sends what the kernel takes now.
   *
   * @param before Bytes of the same write that are out already, for the error.
   * @returns How many bytes it took; 0 when it takes none now.
   */
  send(bytes: Uint8Array, before: number): number {
    if (this.#closed) throw new SystemCallError("send", "EBADF", before);
    for (;;) {
      const count = this.calls.send(this.fd, bytes, bytes.length, this.#flags);
      if (count >= 0) return count;
      const code = errorName(this.calls);
      if (code === "EINTR") continue;
      if (code === "EAGAIN" || !this.pollWritable(0)) return 0;
      throw new SystemCallError("send", code, before);
    }
  }

  /** Whether a child process would inherit it, fcntl(2). */
  inheritable(): boolean | undefined {
    const flags = this.#closed ? -1 : this.calls.fcntl(this.fd, F_GETFD);
    return flags === -1 ? undefined : (flags & FD_CLOEXEC) === 0;
  }

  /** Ends both directions, which wakes whoever polls, also on another thread. */
  shutdown(): void {
    if (!this.#closed) this.calls.shutdown(this.fd, SHUT_RDWR);
  }

  /** Gives the number back. Nobody may be polling it: the number may be another file's next. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.calls.close(this.fd);
    this.#onClose();
  }
}

function createSocket(calls: PosixCalls, block: boolean): number {
  const { constants } = calls;
  const type = SOCK_STREAM | constants.SOCK_CLOEXEC | (block ? 0 : constants.SOCK_NONBLOCK);
  const fd = calls.socket(AF_UNIX, type, 0);
  if (fd === -1) throw callError(calls, "socket");
  if (constants.system !== "darwin") return fd;
  // No SOCK_CLOEXEC here. fcntl(fd, F_SETFD, 1) is variadic, which a fixed signature gets wrong on
  // arm64; FIOCLEX needs no third argument. And send(2) ignores MSG_DONTWAIT on a Unix socket, so a
  // short timeout takes its place.
  const { SOL_SOCKET, SO_SNDTIMEO } = constants;
  const one = int32(1);
  const soon = timeval(1);
  for (
    const [call, result] of [
      ["ioctl", () => calls.ioctl(fd, FIOCLEX)],
      ["setsockopt", () => calls.setsockopt(fd, SOL_SOCKET, SO_NOSIGPIPE, one, 4)],
      ["setsockopt", () => calls.setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, soon, 16)],
    ] as const
  ) {
    if (result() === 0) continue;
    const error = callError(calls, call);
    calls.close(fd);
    throw error;
  }
  return fd;
}

function setSendTimeout(calls: PosixCalls, fd: number, milliseconds: number): void {
  // macOS does not wait in connect(2): a full queue is ECONNREFUSED there.
  if (calls.constants.system === "darwin") return;
  const { SOL_SOCKET, SO_SNDTIMEO } = calls.constants;
  calls.setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, timeval(milliseconds), 16);
}
