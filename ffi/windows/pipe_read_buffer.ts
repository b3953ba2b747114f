/**
 * Reading ahead from a pipe, so that a server which is writing itself goes on to read.
 *
 * @module
 */

import { HIGH_WATER, ReceivedChunks } from "../../src/received_chunks.ts";
import type { PipeHandle } from "./handle.ts";

export class PipeReadBuffer {
  readonly #pipe: PipeHandle;
  readonly #chunks = new ReceivedChunks();

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
    const taken = this.#chunks.take(into);
    if (taken !== undefined) return taken;
    const available = this.#pipe.available();
    if (available < 0) return 0;
    if (available === 0) return undefined;
    // No bytes after all: the next call finds the end.
    return this.#pipe.read(into, Math.min(available, into.length)) || undefined;
  }

  /**
   * Takes in what is there, up to the limit. An end or a loss is left to `read`.
   *
   * @returns Whether anything was taken in.
   */
  fill(): boolean {
    try {
      const length = Math.min(this.#pipe.available(), HIGH_WATER - this.#chunks.size);
      if (length <= 0) return false;
      const chunk = new Uint8Array(new ArrayBuffer(length));
      const count = this.#pipe.read(chunk, length);
      if (count === 0) return false;
      this.#chunks.push(chunk.subarray(0, count));
      return true;
    } catch {
      return false;
    }
  }

  /** Overwrites what was not read: it may hold secrets. */
  clear(): void {
    this.#chunks.wipe();
  }

  /** True when nothing has come and the pipe is open. */
  quiet(): boolean {
    try {
      return this.#chunks.size === 0 && this.#pipe.available() === 0;
    } catch {
      return false;
    }
  }
}
