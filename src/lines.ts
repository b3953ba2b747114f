/**
 * Bytes in, lines out. Does no I/O, and overwrites the bytes of what it gave away.
 *
 * @module
 */

import { ProtocolError } from "./errors/connection.ts";
import { decodeUtf8, wholeCharacters } from "./utf8.ts";

/** The longest reply that is taken unless told otherwise: 64 MiB. The daemon sets no limit. */
export const MAX_REPLY: number = 64 * 1024 * 1024;

const FIRST_BUFFER = 64 * 1024;
/** For lines that did not fit into the first one: the kernel gives some 200 kB at once. */
const LARGE_BUFFER = 256 * 1024;
/** From how many bytes on it is cheaper to decode and search the text than to search the bytes. */
const LARGE_PIECE = 16 * 1024;
const LINE_FEED = 10;

/**
 * Cuts a stream of bytes into lines of text. Reading goes straight into its buffer: take
 * {@linkcode LineDecoder.space}, read into it, say how much with {@linkcode LineDecoder.commit}, and
 * take lines with {@linkcode LineDecoder.next} until there is none.
 *
 * A line longer than the buffer is decoded piece by piece, so that no copy of its bytes is made.
 *
 * @example
 * ```ts
 * import { LineDecoder } from "@keychain-auth/client/core";
 *
 * const lines = new LineDecoder();
 * lines.push(new TextEncoder().encode('{"a":1}\n{"b"'));
 * console.log(lines.next()); // {"a":1}
 * console.log(lines.next()); // undefined
 * ```
 */
export class LineDecoder {
  readonly #limit: number;
  #buffer: Uint8Array;
  /** Where the bytes that were not decoded yet begin. */
  #start = 0;
  /** Where the bytes that were read end. */
  #end = 0;
  /** Up to where there is certainly no line feed. */
  #scanned = 0;
  /** The beginning of the line in progress, and how many bytes it was. */
  #text = "";
  #decoded = 0;

  /**
   * Makes one for one stream.
   *
   * @param limit The longest line in bytes that is taken. Default: 64 MiB.
   */
  constructor(limit: number = MAX_REPLY) {
    this.#limit = limit;
    this.#buffer = new Uint8Array(FIRST_BUFFER);
  }

  /** Whether there are bytes that belong to no line yet given away. */
  get pending(): boolean {
    return this.#decoded > 0 || this.#end > this.#start;
  }

  /** Where the next bytes may be put; at least one byte long. */
  space(): Uint8Array {
    if (this.#end === this.#buffer.length) this.#makeRoom();
    else if (this.#start === this.#end) this.#start = this.#end = this.#scanned = 0;
    return this.#end === 0 ? this.#buffer : this.#buffer.subarray(this.#end);
  }

  /**
   * Takes what was put into the space.
   *
   * @param count How many bytes, from its beginning.
   */
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
   * @returns The line without its line feed; `undefined` when it is not complete.
   * @throws {ProtocolError} When the line is longer than the limit, or not UTF-8.
   */
  next(): string | undefined {
    const at = this.#lineFeed();
    const end = at === -1 ? this.#end : at;
    if (this.#decoded + end - this.#start > this.#limit) {
      this.wipe();
      throw new ProtocolError(`the reply is longer than ${this.#limit} bytes`);
    }
    this.#scanned = end;
    if (at === -1) {
      // Nothing but a part of this line is in the buffer: it makes room for the rest.
      if (this.#start === 0 && end === this.#buffer.length) this.#decodeOn();
      return undefined;
    }
    const rest = this.#decode(at);
    const line = this.#decoded === 0 ? rest : this.#text + rest;
    this.#start = this.#scanned = at + 1;
    this.#text = "";
    this.#decoded = 0;
    return line;
  }

  /** Overwrites everything that is held, and what was put into the space but never committed. */
  wipe(): void {
    this.#buffer.fill(0);
    this.#text = "";
    this.#decoded =
      this.#start =
      this.#end =
      this.#scanned =
        0;
  }

  #lineFeed(): number {
    if (this.#scanned === this.#end) return -1;
    if (this.#decoded > 0 && this.#end - this.#scanned >= LARGE_PIECE && this.#decodeOn()) {
      return -1;
    }
    // Mostly a reply ends what was read: then a search through the whole buffer stops in time.
    return this.#buffer[this.#end - 1] === LINE_FEED
      ? this.#buffer.indexOf(LINE_FEED, this.#scanned)
      : this.#buffer.subarray(0, this.#end).indexOf(LINE_FEED, this.#scanned);
  }

  /** Adds what was read to a long line. @returns Whether it is all of the same line. */
  #decodeOn(): boolean {
    const bytes = this.#buffer.subarray(this.#start, this.#end);
    const count = wholeCharacters(bytes);
    const piece = decodeUtf8(bytes.subarray(0, count));
    if (piece.includes("\n")) return false;
    bytes.fill(0, 0, count);
    this.#text += piece;
    this.#decoded += count;
    this.#start += count;
    return true;
  }

  /** The text of the bytes up to `end`, which are overwritten. */
  #decode(end: number): string {
    const bytes = this.#buffer.subarray(this.#start, end);
    try {
      return decodeUtf8(bytes);
    } finally {
      bytes.fill(0);
    }
  }

  #makeRoom(): void {
    const kept = this.#buffer.subarray(this.#start, this.#end);
    const room = this.#roomFor(kept.length);
    room.set(kept);
    this.#buffer.fill(0, room === this.#buffer ? kept.length : 0, this.#end);
    this.#buffer = room;
    this.#scanned -= this.#start;
    this.#start = 0;
    this.#end = kept.length;
  }

  #roomFor(kept: number): Uint8Array {
    const { length } = this.#buffer;
    if (this.#decoded > 0 && length < LARGE_BUFFER) return new Uint8Array(LARGE_BUFFER);
    return kept === length ? new Uint8Array(length * 2) : this.#buffer;
  }
}
