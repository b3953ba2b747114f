/**
 * What a read found, for callers who each take a part of it.
 *
 * @module
 */

import type { Result } from "../protocol/envelope.ts";

/**
 * Values by name. Hits come in the order of the targets and are mostly taken in that order, so the
 * next one is looked at before a map of all is made.
 */
export class Found {
  readonly #results: readonly Result[];
  #next = 0;
  #all: Map<string, string> | undefined;

  /** @param results Of an exact read. */
  constructor(results: readonly Result[]) {
    this.#results = results;
  }

  /** @returns The value, `undefined` when there is no such secret. */
  get(target: string): string | undefined {
    const next = this.#results[this.#next];
    if (next?.target === target) {
      this.#next++;
      return valueOf(next);
    }
    this.#all ??= new Map(this.#results.map((result) => [result.target, valueOf(result)]));
    return this.#all.get(target);
  }
}

/** The daemon leaves an empty value out. */
function valueOf({ value = "" }: Result): string {
  return value;
}
