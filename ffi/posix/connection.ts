/**
 * Connections over a Unix socket through direct system calls.
 *
 * A read blocks the thread first, for about a millisecond of each turn of the event loop: nearly
 * every reply arrives in that time, and this is the cheapest way to get it. For a slower reply it
 * waits in poll(2) on another thread where the runtime has one (Deno), else it checks at every turn
 * and then with timers.
 *
 * @module
 */

import { type Deadline, now } from "../../src/clock.ts";
import { inWorker } from "../../src/runtime.ts";
import type { Connection, PeerCredentials } from "../../src/transport.ts";
import type { PosixCalls } from "./calls.ts";
import { POLLIN } from "./constants.ts";
import { pollfd } from "./layout.ts";
import { PosixSocket } from "./socket.ts";
import { mayWait, newTurn, Pause, thisTurn, TURN_LIMIT, waited } from "../loop_wait.ts";

/** How long a thread polls before it checks whether a call still waits, in milliseconds. */
const THREAD_POLL = 100;

class PosixConnection implements Connection {
  readonly #socket: PosixSocket;
  readonly #fds: Uint8Array;
  #reading: Pause | undefined;
  #writing: Pause | undefined;
  #polling = false;
  #closed = false;
  #held = true;
  /** True when the last reply took too long to wait for on the thread. */
  #slow = false;

  constructor(socket: PosixSocket) {
    this.#socket = socket;
    this.#fds = pollfd(socket.fd, POLLIN);
  }

  get peer(): PeerCredentials {
    return this.#socket.peer;
  }

  read(into: Uint8Array): number | Promise<number> {
    if (this.#closed) return 0;
    if (mayWait()) {
      const count = this.#wait(into);
      if (count >= 0) return count;
    }
    return this.#readLater(into);
  }

  write(bytes: Uint8Array): void | Promise<void> {
    const count = this.#socket.send(bytes, 0);
    if (count < bytes.length) return this.#writeLater(bytes, count);
  }

  quiet(): boolean {
    return !this.#socket.poll(0);
  }

  inheritable(): boolean | undefined {
    return this.#socket.inheritable();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    // A polling thread still uses the descriptor, which is closed when the thread is done.
    if (this.#polling) this.#socket.shutdown();
    else this.#socket.close();
    this.#reading?.wake();
    this.#writing?.wake();
  }

  ref(): void {
    this.#held = true;
    this.#reading?.hold(true);
    this.#writing?.hold(true);
  }

  unref(): void {
    this.#held = false;
    this.#reading?.hold(false);
    this.#writing?.hold(false);
  }

  /** Waits on this thread unless the last reply was slow. @returns -1 when nothing came. */
  #wait(into: Uint8Array): number {
    // poll(2) first, even without a wait: an EAGAIN of recv(2) would need errno, whose binding
    // takes longer.
    const readable = this.#socket.poll(this.#slow ? 0 : TURN_LIMIT);
    if (!this.#slow) waited();
    if (readable) return this.#socket.receive(into);
    this.#slow = true;
    return -1;
  }

  async #readLater(into: Uint8Array): Promise<number> {
    const began = now();
    const pause = this.#reading = new Pause(this.#held);
    try {
      // If only the time of this turn is used up, check again in the next one. If the daemon is
      // slow, return the promise first: the caller then says with ref() whether a thread may wait.
      if (this.#slow) await undefined;
      else await pause.next();
      for (;;) {
        if (this.#closed) return 0;
        if (!mayWait()) this.#slow = true;
        const count = this.#wait(into);
        if (count >= 0) return count;
        if (this.#held && this.#socket.calls.pollOnThread) await this.#pollOnThread();
        else await pause.next();
        this.#slow = true;
      }
    } finally {
      this.#reading = undefined;
      this.#slow = now() - began > TURN_LIMIT;
    }
  }

  async #pollOnThread(): Promise<void> {
    const turn = thisTurn();
    this.#polling = true;
    try {
      await this.#socket.calls.pollOnThread!(this.#fds, 1, THREAD_POLL);
    } finally {
      this.#polling = false;
      if (this.#closed) this.#socket.close();
    }
    newTurn(turn);
  }

  /** The kernel buffers some 200 kB that the daemon has not read, so a timer is early enough. */
  async #writeLater(bytes: Uint8Array, written: number): Promise<void> {
    const pause = this.#writing = new Pause(this.#held);
    try {
      while (written < bytes.length) {
        await pause.next();
        if (this.#closed) return;
        written += this.#socket.send(bytes.subarray(written), written);
      }
    } finally {
      this.#writing = undefined;
    }
  }
}

/**
 * Connects to a Unix socket.
 *
 * @param calls The system calls.
 * @param path The socket's path.
 * @param deadline When to give up.
 * @param closed Called once when the connection makes no more calls.
 * @throws {SystemCallError} With the name of the error, or `ETIMEDOUT`.
 */
export async function connectPosix(
  calls: PosixCalls,
  path: string,
  deadline: Deadline,
  closed: () => void,
): Promise<Connection> {
  const attempts = PosixSocket.connect(calls, path, deadline, closed);
  let pause: Pause | undefined;
  for (;;) {
    const { done, value } = attempts.next();
    if (done) {
      if (inWorker()) {
        const { closeAtThreadEnd } = await import("./thread_end.ts");
        value.beforeClose = closeAtThreadEnd(calls, value.fd);
      }
      return new PosixConnection(value);
    }
    pause ??= new Pause();
    await pause.next(deadline.remaining());
  }
}
