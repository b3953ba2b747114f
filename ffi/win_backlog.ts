/**
 * What was read from a pipe before anybody asked for it, so that a server which is itself writing
 * goes on to take what it is sent.
 *
 * @module
 */

import type { PipeHandle } from "./win_handle.ts";

/** Reads from a pipe, now or ahead of time. */
export class Backlog {
  readonly #pipe: PipeHandle;
  #chunks: Uint8Array[] = [];

  /** @param pipe The open pipe. */
  constructor(pipe: PipeHandle) {
    this.#pipe = pipe;
  }

  /**
   * Reads what is there, without waiting.
   *
   * @returns The number of bytes, 0 when the pipe has ended, or `undefined` when nothing has come.
   * @throws {SystemCallError} When the connection was lost.
   */
  read(into: Uint8Array): number | undefined {
    const first = this.#chunks[0];
    if (first === undefined || this.#pipe.closed) {
      const available = this.#pipe.available();
      if (available < 0) return 0;
      if (available === 0) return undefined;
      // Nothing after all: the end shows at the next look.
      return this.#pipe.read(into, Math.min(available, into.length)) || undefined;
    }
    const count = Math.min(first.length, into.length);
    into.set(first.subarray(0, count));
    if (count === first.length) this.#chunks.shift();
    else this.#chunks[0] = first.subarray(count);
    return count;
  }

  /** Takes in what is there. Says whether that was anything; an end or a loss is left to `read`. */
  fill(): boolean {
    try {
      const available = this.#pipe.available();
      if (available <= 0) return false;
      const chunk = new Uint8Array(new ArrayBuffer(available));
      const count = this.#pipe.read(chunk, available);
      if (count > 0) this.#chunks.push(chunk.subarray(0, count));
      return count > 0;
    } catch {
      return false;
    }
  }

  /** Whether nothing has come and the pipe is open. */
  quiet(): boolean {
    try {
      return this.#chunks.length === 0 && this.#pipe.available() === 0;
    } catch {
      return false;
    }
  }
}
