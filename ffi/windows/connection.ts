/**
 * An asynchronous connection over a named pipe. Windows has no call that waits for a pipe without
 * either a thread or a callback, so this one checks repeatedly: for about a millisecond on the
 * thread, where nearly every reply arrives, then at every turn of the event loop, then with timers.
 *
 * @module
 */

import type { Deadline } from "../../src/clock.ts";
import type { Connection, PeerCredentials } from "../../src/transport.ts";
import { Pause, TURN_LIMIT, turnTime } from "../loop_wait.ts";
import { PipeReadBuffer } from "./pipe_read_buffer.ts";
import type { WinCalls } from "./calls.ts";
import { ERROR_OPERATION_ABORTED } from "./constants.ts";
import { winError } from "./errors.ts";
import { CHUNK, type PipeHandle } from "./handle.ts";
import { openPipe } from "./open.ts";

class PipeConnection implements Connection {
  readonly peer: PeerCredentials;
  readonly #pipe: PipeHandle;
  readonly #buffer: PipeReadBuffer;
  readonly #onClosed: () => void;
  #reading: Pause | undefined;
  #writing: Pause | undefined;
  #held = true;

  constructor(pipe: PipeHandle, onClosed: () => void) {
    this.#pipe = pipe;
    this.#onClosed = onClosed;
    this.#buffer = new PipeReadBuffer(pipe);
    this.peer = { pid: pipe.serverPid() };
  }

  read(into: Uint8Array): number | Promise<number> {
    while (turnTime() < TURN_LIMIT) {
      const count = this.#buffer.read(into);
      if (count !== undefined) return count;
      this.#pipe.yield();
    }
    return this.#readLater(into);
  }

  async #readLater(into: Uint8Array): Promise<number> {
    this.#reading = new Pause(this.#held);
    try {
      while (true) {
        await this.#reading.next();
        const count = this.#buffer.read(into);
        if (count !== undefined) return count;
      }
    } finally {
      this.#reading = undefined;
    }
  }

  write(bytes: Uint8Array): void | Promise<void> {
    for (let at = 0; at < bytes.length; at += CHUNK) {
      if (this.#pipe.write(bytes.subarray(at, at + CHUNK), at) === undefined) {
        return this.#writeLater(bytes, at + CHUNK);
      }
    }
  }

  /**
   * The server does not read, perhaps because it is writing itself, so receive replies meanwhile.
   */
  async #writeLater(bytes: Uint8Array, next: number): Promise<void> {
    const pause = this.#writing = new Pause(this.#held);
    const written = async (): Promise<void> => {
      while (this.#pipe.written() === undefined) {
        if (this.#reading === undefined) this.#buffer.fill();
        await pause.next();
        if (this.#pipe.closed) throw winError("WriteFile", ERROR_OPERATION_ABORTED);
      }
    };
    try {
      await written();
      for (let at = next; at < bytes.length; at += CHUNK) {
        if (this.#pipe.write(bytes.subarray(at, at + CHUNK), at) === undefined) await written();
      }
    } finally {
      this.#writing = undefined;
    }
  }

  quiet(): boolean {
    return this.#buffer.quiet();
  }

  inheritable(): boolean | undefined {
    return this.#pipe.inheritable();
  }

  close(): void {
    if (this.#pipe.closed) return;
    this.#pipe.close();
    this.#buffer.clear();
    this.#onClosed();
    this.#reading?.wake();
    this.#writing?.wake();
  }

  ref(): void {
    this.#hold(true);
  }

  unref(): void {
    this.#hold(false);
  }

  #hold(held: boolean): void {
    this.#held = held;
    this.#reading?.hold(held);
    this.#writing?.hold(held);
  }
}

/**
 * Connects to a named pipe.
 *
 * @param calls The Windows calls.
 * @param endpoint The pipe's name, `\\.\pipe\…`.
 * @param deadline When to give up.
 * @param closed Called once when the connection makes no more calls.
 * @throws {SystemCallError} With the Windows name of the error, or `ETIMEDOUT`.
 */
export async function connectPipe(
  calls: WinCalls,
  endpoint: string,
  deadline: Deadline,
  closed: () => void,
): Promise<Connection> {
  return new PipeConnection(await openPipe(calls, endpoint, deadline), closed);
}
