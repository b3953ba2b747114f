/**
 * A first-in first-out list whose both ends cost the same at any length.
 *
 * @module
 */

/** How many taken items are kept room for. */
const COMPACT = 256;

/** A queue. */
export class Fifo<T> {
  #items: T[] = [];
  #head = 0;

  /** How many items wait. */
  get size(): number {
    return this.#items.length - this.#head;
  }

  /** @returns The item that waits longest. */
  peek(): T | undefined {
    return this.#items[this.#head];
  }

  /** @returns The item that waits shortest. */
  last(): T | undefined {
    return this.size === 0 ? undefined : this.#items[this.#items.length - 1];
  }

  /** @param item Goes behind all others. */
  push(item: T): void {
    this.#items.push(item);
  }

  /** Takes the item that waits longest. */
  shift(): T | undefined {
    if (this.size === 0) return undefined;
    const item = this.#items[this.#head]!;
    this.#items[this.#head++] = undefined as T;
    // To move what is left pays when it is less than what is gone.
    if (this.#head >= COMPACT && this.#head * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  /** Takes all. */
  drain(): T[] {
    const items = this.#items.slice(this.#head);
    this.#items = [];
    this.#head = 0;
    return items;
  }

  *[Symbol.iterator](): Iterator<T> {
    for (let index = this.#head; index < this.#items.length; index++) yield this.#items[index]!;
  }
}
