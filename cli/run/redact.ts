/**
 * Masking values in a stream of bytes, also where a value is cut into several chunks or overlaps
 * another one.
 *
 * @module
 */

import { joined } from "../host/read_up_to.ts";
import { Automaton } from "./automaton.ts";

const MASK = new TextEncoder().encode("[redacted]");

/** @returns What finds texts in a stream. Empty ones are ignored. */
export function automatonOf(texts: Iterable<string>): Automaton {
  const encoder = new TextEncoder();
  return new Automaton([...texts].map((text) => encoder.encode(text)));
}

/**
 * Masks values in chunks of one stream. It holds back no more than what may be the beginning of a
 * value, so a prompt still shows at once.
 */
export class Redactor {
  readonly #automaton: Automaton;
  #state = 0;
  /** Bytes that were not given out yet. */
  #held: Uint8Array = new Uint8Array();
  /** Where in them values are, in order, without overlaps. */
  #masked: [start: number, end: number][] = [];
  /** Whether the last byte that was given out belonged to a value. */
  #inMask = false;

  /** @param automaton What to mask, which several streams may share. */
  constructor(automaton: Automaton) {
    this.#automaton = automaton;
  }

  /** @returns What may be given out of the stream so far. */
  push(chunk: Uint8Array): Uint8Array {
    let at = this.#held.length;
    this.#held = joined([this.#held, chunk]);
    for (const byte of chunk) {
      at++;
      this.#state = this.#automaton.step(this.#state, byte);
      const match = this.#automaton.match[this.#state]!;
      if (match > 0) this.#cover(at - match, at);
    }
    // No value that is still to come can begin before the last `depth` bytes.
    return this.#release(at - this.#automaton.depth[this.#state]!);
  }

  /** @returns What was held back, at the end of the stream. */
  end(): Uint8Array {
    this.#state = 0;
    return this.#release(this.#held.length);
  }

  /** Each part is taken in once at most, so this is linear too. */
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
      // One mask for what was given out in two parts.
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
