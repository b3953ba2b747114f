/**
 * Strings and arrays of pointers for execve(2), in one block of memory, so that only one address is
 * needed.
 *
 * @module
 */

import type { Libc } from "../../libc/libc.ts";

const POINTER = 8;

/** Words and arrays of words as in C: ended by a NUL and by a null pointer. */
export class Block {
  readonly #view: DataView;
  readonly #bytes: Uint8Array;
  readonly #base: bigint;
  #end = 0;

  /** @param size The result of {@linkcode sizeOf}. */
  constructor(libc: Libc, size: number) {
    // A separate buffer, because V8 keeps small arrays in its heap and moves them.
    const buffer = new ArrayBuffer(Math.max(size, 1_024));
    this.#view = new DataView(buffer);
    this.#bytes = new Uint8Array(buffer);
    this.#base = libc.addressOf(this.#bytes);
  }

  /** The bytes that arrays of these words need, each word with its pointer. */
  static sizeOf(...arrays: (readonly Uint8Array[])[]): number {
    let size = 0;
    for (const words of arrays) {
      size += 2 * POINTER;
      for (const word of words) size += word.length + 1 + POINTER;
    }
    return size;
  }

  /** Adds a word. @returns Its address. */
  word(bytes: Uint8Array): bigint {
    const address = this.#base + BigInt(this.#end);
    this.#bytes.set(bytes, this.#end);
    // The byte after it is already a NUL.
    this.#end += bytes.length + 1;
    return address;
  }

  /**
   * Adds an array of words, the first of which may already be in the block. @returns Its address.
   */
  array(words: readonly Uint8Array[], first?: bigint): bigint {
    const start = this.#end = Math.ceil(this.#end / POINTER) * POINTER;
    this.#end += (words.length + (first === undefined ? 1 : 2)) * POINTER;
    let at = start;
    const put = (address: bigint): void => {
      this.#view.setBigUint64(at, address, true);
      at += POINTER;
    };
    if (first !== undefined) put(first);
    for (const word of words) put(this.word(word));
    return this.#base + BigInt(start);
  }

  /** Overwrites everything with zeros. */
  wipe(): void {
    this.#bytes.fill(0);
    this.#end = 0;
  }
}
