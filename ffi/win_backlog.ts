/**
 * What was read from a pipe before anybody asked for it, so that a server which is itself writing
 * goes on to take what it is sent.
 *
 * @module
 */

import type { PipeHandle } from "./win_handle.ts";

/**
 * The most that is taken in, in bytes: as much as the node transport takes in before it is asked. A
 * server that writes more than this must wait until somebody reads.
 */
const HIGH_WATER = 1024 * 1024;

/** Reads from a pipe, now or ahead of time. */
export class Backlog {
  readonly #pipe: PipeHandle;
  #chunks: Uint8Array[] = [];
  #size = 0;

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
    if (first === undefined) {
      const available = this.#pipe.available();
      if (available < 0) return 0;
      if (available === 0) return undefined;
      // Nothing after all: the end shows at the next look.
      return this.#pipe.read(into, Math.min(available, into.length)) || undefined;
    }
    const part = first.subarray(0, into.length);
    into.set(part);
    part.fill(0);
    if (part.length === first.length) this.#chunks.shift();
    else this.#chunks[0] = first.subarray(part.length);
    this.#size -= part.length;
    return part.length;
  }

  /**
   * Takes in what is there, unless that is too much already. Says whether that was anything; an end
   * or a loss is left to `read`.
   */
  fill(): boolean {
    try {
      const length = Math.min(this.#pipe.available(), HIGH_WATER - this.#size);
      if (length <= 0) return false;
      const chunk = new Uint8Array(new ArrayBuffer(length));
      const count = this.#pipe.read(chunk, length);
      if (count === 0) return false;
      this.#chunks.push(chunk.subarray(0, count));
      this.#size += count;
      return true;
    } catch {
      return false;
    }
  }

  /** Forgets what nobody has asked for: it may hold secrets. */
  clear(): void {
    for (const chunk of this.#chunks) chunk.fill(0);
    this.#chunks = [];
    this.#size = 0;
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
