/**
 * Bytes in, lines out. Does no I/O and keeps no copy of a line that it gave away.
 *
 * @module
 */

import { ProtocolError } from "./errors/connection.ts";

/** The longest reply that is taken unless told otherwise: 64 MiB. The daemon sets no limit. */
export const MAX_REPLY: number = 64 * 1024 * 1024;

const FIRST_BUFFER = 64 * 1024;
const LARGEST_BUFFER = 1024 * 1024;
const LINE_FEED = 10;

/**
 * Cuts a stream of bytes into lines. Reading goes straight into its buffer: take
 * {@linkcode LineDecoder.space}, read into it, say how much with {@linkcode LineDecoder.commit}, and
 * take lines with {@linkcode LineDecoder.next} until there is none.
 *
 * A byte is scanned for the line feed once. A line longer than the buffer is kept as a list of
 * buffers and joined once, when it is complete.
 *
 * @example
 * ```ts
 * import { LineDecoder } from "@keychain-auth/client/core";
 *
 * const lines = new LineDecoder();
 * lines.push(new TextEncoder().encode('{"a":1}\n{"b"'));
 * console.log(new TextDecoder().decode(lines.next())); // {"a":1}
 * console.log(lines.next()); // undefined
 * ```
 */
export class LineDecoder {
  readonly #limit: number;
  #buffer: Uint8Array;
  /** Where the line in progress begins in the buffer. */
  #start = 0;
  /** Where the bytes that were read end. */
  #end = 0;
  /** Up to where there is certainly no line feed. */
  #scanned = 0;
  /** Earlier buffers of the line in progress, and how many bytes they hold. */
  #full: Uint8Array[] = [];
  #fullBytes = 0;

  /** @param limit The longest line in bytes that is taken. Default: 64 MiB. */
  constructor(limit: number = MAX_REPLY) {
    this.#limit = limit;
    this.#buffer = new Uint8Array(FIRST_BUFFER);
  }

  /** Whether there are bytes that belong to no line yet given away. */
  get pending(): boolean {
    return this.#fullBytes > 0 || this.#end > this.#start;
  }

  /** @returns Where the next bytes may be put; at least one byte long. */
  space(): Uint8Array {
    if (this.#start === this.#end) this.#start = this.#end = this.#scanned = 0;
    if (this.#end === this.#buffer.length) this.#makeRoom();
    return this.#end === 0 ? this.#buffer : this.#buffer.subarray(this.#end);
  }

  /** @param count How many bytes were put at the beginning of the space. */
  commit(count: number): void {
    this.#end += count;
  }

  /**
   * Puts bytes that were read elsewhere.
   *
   * @param bytes Copied; the caller may overwrite them.
   */
  push(bytes: Uint8Array): void {
    for (let from = 0; from < bytes.length;) {
      const space = this.space();
      const part = bytes.subarray(from, from + space.length);
      space.set(part);
      this.commit(part.length);
      from += part.length;
    }
  }

  /**
   * Takes the next whole line.
   *
   * @returns The bytes before the line feed, valid until {@linkcode LineDecoder.space} is called;
   * overwrite them with zeros when done. `undefined` when the line is not complete.
   * @throws {ProtocolError} When the line is longer than the limit.
   */
  next(): Uint8Array | undefined {
    const at = this.#lineFeed();
    const end = at === -1 ? this.#end : at;
    if (this.#fullBytes + end - this.#start > this.#limit) {
      this.wipe();
      throw new ProtocolError(`the reply is longer than ${this.#limit} bytes`);
    }
    this.#scanned = at === -1 ? end : at + 1;
    if (at === -1) return undefined;
    let line = this.#buffer.subarray(this.#start, at);
    this.#start = at + 1;
    if (this.#fullBytes > 0) line = this.#join(line);
    return line;
  }

  #lineFeed(): number {
    if (this.#scanned === this.#end) return -1;
    // Mostly a reply ends what was read: then a search through the whole buffer stops in time.
    return this.#buffer[this.#end - 1] === LINE_FEED
      ? this.#buffer.indexOf(LINE_FEED, this.#scanned)
      : this.#buffer.subarray(0, this.#end).indexOf(LINE_FEED, this.#scanned);
  }

  /** Overwrites everything that is held. */
  wipe(): void {
    for (const chunk of this.#full) chunk.fill(0);
    this.#buffer.fill(0, 0, this.#end);
    this.#full = [];
    this.#fullBytes =
      this.#start =
      this.#end =
      this.#scanned =
        0;
  }

  #makeRoom(): void {
    if (this.#start > 0) {
      // The beginning of the line moves to the front: once, for it then fills the buffer or ends.
      const kept = this.#end - this.#start;
      this.#buffer.copyWithin(0, this.#start, this.#end);
      this.#buffer.fill(0, kept, this.#end);
      this.#scanned -= this.#start;
      this.#start = 0;
      this.#end = kept;
      return;
    }
    this.#full.push(this.#buffer);
    this.#fullBytes += this.#buffer.length;
    this.#buffer = new Uint8Array(Math.min(this.#buffer.length * 2, LARGEST_BUFFER));
    this.#end = this.#scanned = 0;
  }

  #join(tail: Uint8Array): Uint8Array {
    const line = new Uint8Array(this.#fullBytes + tail.length);
    let at = 0;
    for (const chunk of this.#full) {
      line.set(chunk, at);
      at += chunk.length;
      chunk.fill(0);
    }
    line.set(tail, at);
    tail.fill(0);
    this.#full = [];
    this.#fullBytes = 0;
    return line;
  }
}
