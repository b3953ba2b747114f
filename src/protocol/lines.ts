/**
 * Bytes in, lines out.
 *
 * @module
 */

import { ProtocolError } from "../errors/connection.ts";

/** The longest reply that is accepted by default: 32 MiB. The daemon itself sets no limit. */
export const MAX_REPLY: number = 32 * 1024 * 1024;

const FIRST_BUFFER = 64 * 1024;
const LINE_FEED = 10;

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const strictDecoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Cuts a stream of bytes into lines of text and overwrites the bytes of every line it returns.
 *
 * Receive into {@linkcode LineDecoder.space}, report the count to {@linkcode LineDecoder.commit},
 * then take lines with {@linkcode LineDecoder.next} until there is none.
 *
 * @example
 * ```ts
 * import { LineDecoder } from "@keychain-auth/client/core";
 *
 * const lines = new LineDecoder();
 * const { written } = new TextEncoder().encodeInto('{"a":1}\n{"b"', lines.space());
 * lines.commit(written);
 * console.log(lines.next()); // {"a":1}
 * console.log(lines.next()); // undefined
 * ```
 */
export class LineDecoder {
  readonly #limit: number;
  #buffer = new Uint8Array(FIRST_BUFFER);
  /** Where the bytes that are not decoded yet begin. */
  #start = 0;
  /** Where the received bytes end. */
  #end = 0;
  /** Before this position there is no line feed. */
  #scanned = 0;

  /**
   * Creates a decoder for one stream.
   *
   * @param limit The longest line to accept, in bytes. Default: 32 MiB.
   * @throws {TypeError} When it is not a number.
   */
  constructor(limit: number = MAX_REPLY) {
    if (typeof limit !== "number") throw new TypeError("expected a number of bytes");
    this.#limit = limit;
  }

  /** True while a line has begun and not ended. */
  get pending(): boolean {
    return this.#end > this.#start;
  }

  /** The free part of the buffer, at least one byte long. */
  space(): Uint8Array {
    if (this.#start === this.#end) {
      // A long line does not leave a large buffer behind.
      if (this.#buffer.length > FIRST_BUFFER) this.#buffer = new Uint8Array(FIRST_BUFFER);
      this.#start = this.#end = this.#scanned = 0;
    } else if (this.#end === this.#buffer.length) this.#makeRoom();
    return this.#end === 0 ? this.#buffer : this.#buffer.subarray(this.#end);
  }

  /**
   * Accepts what was received.
   *
   * @param count The number of bytes at the beginning of the space.
   */
  commit(count: number): void {
    this.#end += count;
  }

  /**
   * Accepts bytes that were received elsewhere.
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
   * Takes the next complete line.
   *
   * @returns The line without its line feed, or `undefined` until it is complete.
   * @throws {ProtocolError} When the line is longer than the limit, or is not UTF-8.
   */
  next(): string | undefined {
    if (this.#scanned === this.#end) return undefined;
    const at = this.#buffer.subarray(0, this.#end).indexOf(LINE_FEED, this.#scanned);
    const end = at === -1 ? this.#end : at;
    if (end - this.#start > this.#limit) {
      throw new ProtocolError(`the reply is longer than ${this.#limit} bytes`);
    }
    this.#scanned = end;
    if (at === -1) return undefined;
    const line = this.#take(at);
    this.#start = this.#scanned = at + 1;
    return line;
  }

  /** Overwrites the buffer, also the part that a pending read may have filled. */
  wipe(): void {
    this.#buffer.fill(0);
    this.#start = this.#end = this.#scanned = 0;
  }

  /** Decodes and overwrites the bytes from the start to `end`. */
  #take(end: number): string {
    const bytes = this.#buffer.subarray(this.#start, end);
    try {
      // Deno decodes three times as fast without the option `fatal`. Invalid bytes are still
      // detected: they become U+FFFD.
      const text = decoder.decode(bytes);
      return text.includes("\ufffd") ? strictDecoder.decode(bytes) : text;
    } catch {
      throw new ProtocolError("the reply is not UTF-8");
    } finally {
      bytes.fill(0);
    }
  }

  /** Moves a line that has begun to the front, or to a larger buffer when it fills this one. */
  #makeRoom(): void {
    const old = this.#buffer;
    const rest = old.subarray(this.#start);
    const { length } = rest;
    // The system provides the memory of a large buffer only where it is written to.
    if (length === old.length) this.#buffer = new Uint8Array(length * 4);
    this.#buffer.set(rest);
    old.fill(0, this.#buffer === old ? length : 0);
    this.#scanned -= this.#start;
    this.#start = 0;
    this.#end = length;
  }
}
