/**
 * Bytes that came before anybody asked for them.
 *
 * @module
 */

/**
 * The most of them that a transport takes in: a server that sends more must wait until somebody
 * reads.
 */
export const HIGH_WATER = 1024 * 1024;

/** Pieces in the order in which they came. They may hold secrets: what is given away is overwritten. */
export class ReceivedChunks {
  #list: Uint8Array[] = [];
  #size = 0;

  /** How many bytes there are. */
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

  /** Overwrites and forgets all of them. */
  wipe(): void {
    for (const chunk of this.#list) chunk.fill(0);
    this.#list = [];
    this.#size = 0;
  }
}
