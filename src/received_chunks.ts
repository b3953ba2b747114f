/**
 * Bytes that arrived before they were read.
 *
 * @module
 */

/**
 * The most bytes that a transport accepts before they are read. A server that sends more must wait.
 */
export const HIGH_WATER = 1024 * 1024;

/**
 * Pieces in the order of their arrival. They may contain secrets, so they are overwritten when
 * taken.
 */
export class ReceivedChunks {
  #list: Uint8Array[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** @param chunk Owned from now on. */
  push(chunk: Uint8Array): void {
    this.#list.push(chunk);
    this.#size += chunk.length;
  }

  /** Moves the first bytes. @returns How many; `undefined` when there are none. */
  take(into: Uint8Array): number | undefined {
    const [first] = this.#list;
    if (first === undefined) return undefined;
    const part = first.subarray(0, into.length);
    into.set(part);
    part.fill(0);
    if (part.length === first.length) this.#list.shift();
    else this.#list[0] = first.subarray(part.length);
    this.#size -= part.length;
    return part.length;
  }

  /** Overwrites and drops all of them. */
  wipe(): void {
    for (const chunk of this.#list) chunk.fill(0);
    this.#list = [];
    this.#size = 0;
  }
}
