/**
 * Reads ahead from a pipe, so that a server that is itself writing continues to read.
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
   * Reads available bytes, without waiting.
   *
   * @returns The number of bytes, 0 when the pipe has ended, or `undefined` when nothing has
   * arrived.
   * @throws {SystemCallError} When the connection was lost.
   */
  read(into: Uint8Array): number | undefined {
    const taken = this.#chunks.take(into);
    if (taken !== undefined) return taken;
    const available = this.#pipe.available();
    if (available < 0) return 0;
    if (available === 0) return undefined;
    // There were no bytes, so the next call finds the end.
    return this.#pipe.read(into, Math.min(available, into.length)) || undefined;
  }

  /**
   * Receives available bytes, up to the limit. `read` reports an end or a loss.
   *
   * @returns Whether anything was received.
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

  /** Overwrites unread bytes, which may contain secrets. */
  clear(): void {
    this.#chunks.wipe();
  }

  /** True when nothing has arrived and the pipe is open. */
  quiet(): boolean {
    try {
      return this.#chunks.size === 0 && this.#pipe.available() === 0;
    } catch {
      return false;
    }
  }
}
