/**
 * Masks values in a stream of bytes, even when a value is split into several chunks or overlaps
 * another.
 *
 * @module
 */

import { joined } from "../host/read_up_to.ts";
import { Automaton } from "./automaton.ts";

const MASK = new TextEncoder().encode("[redacted]");

/** @returns An automaton that finds the texts. Empty texts are ignored. */
export function automatonOf(texts: Iterable<string>): Automaton {
  const encoder = new TextEncoder();
  return new Automaton([...texts].map((text) => encoder.encode(text)));
}

/**
 * Masks values in chunks of one stream. It holds back only bytes that may begin a value, so a
 * prompt still appears at once.
 */
export class Redactor {
  readonly #automaton: Automaton;
  #state = 0;
  /** Bytes that were not released yet. */
  #held: Uint8Array = new Uint8Array();
  /** The ranges of values in these bytes, in order, without overlaps. */
  #masked: [start: number, end: number][] = [];
  /** Whether the last released byte belonged to a value. */
  #inMask = false;

  /** @param automaton Finds the values; several streams may share it. */
  constructor(automaton: Automaton) {
    this.#automaton = automaton;
  }

  /** @returns The bytes that can be released. */
  push(chunk: Uint8Array): Uint8Array {
    let at = this.#held.length;
    this.#held = joined([this.#held, chunk]);
    for (const byte of chunk) {
      at++;
      this.#state = this.#automaton.step(this.#state, byte);
      const match = this.#automaton.match[this.#state]!;
      if (match > 0) this.#cover(at - match, at);
    }
    // No incomplete value can begin before the last `depth` bytes.
    return this.#release(at - this.#automaton.depth[this.#state]!);
  }

  /** @returns The bytes that were held back, at the end of the stream. */
  end(): Uint8Array {
    this.#state = 0;
    return this.#release(this.#held.length);
  }

  /** Each range is merged at most once, so this is linear too. */
  #cover(from: number, end: number): void {
    let start = from;
    for (let last = this.#masked.at(-1); last && last[1] >= from; last = this.#masked.at(-1)) {
      start = Math.min(start, last[0]);
      this.#masked.pop();
    }
    this.#masked.push([start, end]);
  }

  #release(count: number): Uint8Array {
    if (count === 0) return new Uint8Array();
    const parts: Uint8Array[] = [];
    let done = 0;
    for (const [start, end] of this.#masked) {
      if (start >= count) break;
      if (start > done) parts.push(this.#held.subarray(done, start));
      // One mask for a value that was released in two parts.
      if (start > 0 || !this.#inMask) parts.push(MASK);
      done = Math.min(end, count);
    }
    this.#inMask = done === count;
    if (done < count) parts.push(this.#held.subarray(done, count));
    this.#held = this.#held.slice(count);
    this.#masked = this.#masked
      .filter(([, end]) => end > count)
      .map(([start, end]) => [Math.max(start - count, 0), end - count]);
    return joined(parts);
  }
}
