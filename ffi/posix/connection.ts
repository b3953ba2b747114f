/**
 * Connections over a Unix socket that was made by our own calls.
 *
 * The asynchronous one waits on the thread first, for about a millisecond of each turn of the event
 * loop: nearly every reply comes in that time, and there is no cheaper way to get it. A daemon that
 * is slower is waited for elsewhere: in poll(2) on another thread where the runtime has one to spare
 * (Deno), else by looking again at every turn and then by timers.
 *
 * @module
 */

import { type Deadline, now } from "../../src/clock.ts";
import type { Connection, PeerCredentials } from "../../src/transport.ts";
import type { PosixCalls } from "./calls.ts";
import { POLLIN } from "./constants.ts";
import { pollfd } from "./layout.ts";
import { PosixSocket } from "./socket.ts";
import { mayWait, newTurn, Pause, thisTurn, TURN_LIMIT, waited } from "../loop_wait.ts";

/** How long a thread polls before it asks whether anybody still waits, in milliseconds. */
const THREAD_POLL = 100;

class PosixConnection implements Connection {
  readonly #socket: PosixSocket;
  readonly #fds: Uint8Array;
  #reading: Pause | undefined;
  #writing: Pause | undefined;
  #polling = false;
  #closed = false;
  #held = true;
  /** Whether the last reply took longer than it is worth to wait for on the thread. */
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
    // A thread that polls still has the number; it is given back when the thread is done.
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

  /** Waits on this thread, if that is worth it. @returns -1 when nothing came. */
  #wait(into: Uint8Array): number {
    // poll(2) first, also without a wait: an EAGAIN would take errno, and binding that takes longer.
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
      // Perhaps only this turn's time was used up. If not, a thread can wait from now on; whether it
      // is to keep the process alive is said as soon as this promise is returned.
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

  /** The daemon is behind; its next 200 kB or so are in the kernel, so a timer is early enough. */
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
  const pause = new Pause();
  for (;;) {
    const { done, value } = attempts.next();
    if (done) return new PosixConnection(value);
    await pause.next(deadline.remaining());
  }
}
