const LINE_FEED = 10;

/** Cuts received bytes into lines and notices one that is too long. */
export class LineSplitter {
  readonly #limit: number;
  #chunks: Uint8Array[] = [];
  #parts: Uint8Array[] = [];
  #partial = 0;

  /** @param limit The longest line, in bytes before its line feed. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Adds received bytes, owned from now on. */
  push(chunk: Uint8Array): void {
    if (chunk.length > 0) this.#chunks.push(chunk);
  }

  /** @returns The next complete line, undefined when there is none, or `"too long"`. */
  next(): Uint8Array | "too long" | undefined {
    for (;;) {
      const chunk = this.#chunks[0];
      if (chunk === undefined) return undefined;
      const end = chunk.indexOf(LINE_FEED);
      const part = end < 0 ? chunk : chunk.subarray(0, end);
      if (this.#partial + part.length > this.#limit) return "too long";
      this.#parts.push(part);
      this.#partial += part.length;
      if (end < 0 || end + 1 === chunk.length) this.#chunks.shift();
      else this.#chunks[0] = chunk.subarray(end + 1);
      if (end >= 0) return this.#take();
    }
  }

  /**
   * @returns The bytes after the last line feed, once `next()` has found no more lines; may be
   * empty.
   */
  rest(): Uint8Array {
    return this.#take();
  }

  #take(): Uint8Array {
    const parts = this.#parts;
    if (parts.length === 1) {
      this.#parts = [];
      this.#partial = 0;
      return parts[0];
    }
    const line = new Uint8Array(this.#partial);
    let offset = 0;
    for (const part of parts) {
      line.set(part, offset);
      offset += part.length;
    }
    this.#parts = [];
    this.#partial = 0;
    return line;
  }
}
