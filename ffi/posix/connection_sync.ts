/**
 * A connection over a Unix socket that blocks the thread.
 *
 * @module
 */

import type { Deadline } from "../../src/clock.ts";
import { inWorker } from "../../src/runtime.ts";
import type { ConnectionSync, PeerCredentials } from "../../src/transport.ts";
import type { PosixCalls } from "./calls.ts";
import { timeval } from "./layout.ts";
import { PosixSocket } from "./socket.ts";
import { closeAtThreadEnd } from "./thread_end.ts";

/** How long one recv(2) waits before the deadline is checked, in milliseconds. */
const SYNC_WAIT = 100;

class PosixConnectionSync implements ConnectionSync {
  readonly #socket: PosixSocket;

  constructor(socket: PosixSocket) {
    this.#socket = socket;
    setSocketTimeout(socket.calls, socket.fd, socket.calls.constants.SO_RCVTIMEO, SYNC_WAIT);
  }

  get peer(): PeerCredentials {
    return this.#socket.peer;
  }

  read(into: Uint8Array, deadline: Deadline): number {
    // A blocking recv(2) is one call; poll(2) and recv(2) are two. The time limit of recv(2) is
    // coarse, so poll(2) is used shortly before the deadline.
    let left = deadline.remaining();
    do {
      const count = left > 2 * SYNC_WAIT
        ? this.#socket.receive(into, 0)
        : this.#socket.poll(Math.ceil(left))
        ? this.#socket.receive(into)
        : -1;
      if (count >= 0) return count;
      left = deadline.remaining();
    } while (left > 0);
    return -1;
  }

  write(bytes: Uint8Array, deadline: Deadline): number {
    let written = this.#socket.send(bytes, 0);
    while (written < bytes.length && !deadline.passed) {
      this.#socket.pollWritable(Math.ceil(deadline.remaining()));
      written += this.#socket.send(bytes.subarray(written), written);
    }
    return written;
  }

  quiet(): boolean {
    return !this.#socket.poll(0);
  }

  inheritable(): boolean | undefined {
    return this.#socket.inheritable();
  }

  close(): void {
    this.#socket.close();
  }
}

/**
 * Connects to a Unix socket, blocking the thread.
 *
 * @param calls The system calls.
 * @param path The socket's path.
 * @param deadline When to give up.
 * @param closed Called once when the connection makes no more calls.
 * @throws {SystemCallError} With the name of the error, or `ETIMEDOUT`.
 */
export function connectPosixSync(
  calls: PosixCalls,
  path: string,
  deadline: Deadline,
  closed: () => void,
): ConnectionSync {
  const { system, SO_SNDTIMEO } = calls.constants;
  const attempts = PosixSocket.connect(calls, path, deadline, closed, (fd) => {
    // macOS does not wait in connect(2): a full queue is ECONNREFUSED there.
    if (system === "linux") setSocketTimeout(calls, fd, SO_SNDTIMEO, deadline.remaining());
  });
  for (;;) {
    const { done, value } = attempts.next();
    if (done) {
      if (inWorker()) value.beforeClose = closeAtThreadEnd(calls, value.fd);
      return new PosixConnectionSync(value);
    }
  }
}

function setSocketTimeout(
  calls: PosixCalls,
  fd: number,
  name: number,
  milliseconds: number,
): void {
  calls.setsockopt(fd, calls.constants.SOL_SOCKET, name, timeval(milliseconds), 16);
}
