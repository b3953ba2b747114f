/**
 * Masking values in a stream of bytes, also where a value is cut into several chunks or overlaps
 * another one.
 *
 * @module
 */

import { joined } from "../host/read_up_to.ts";

const MASK = new TextEncoder().encode("[redacted]");

/** A state of the automaton: what of the values may have begun. */
class State {
  readonly next = new Map<number, State>();
  /** Where to go on when no value goes on with the next byte. */
  fall: State | undefined;
  /** Bytes of a value that this state stands for. */
  readonly depth: number;
  /** Bytes of the longest value that ends here; 0 when none does. */
  match = 0;

  constructor(depth: number) {
    this.depth = depth;
  }
}

/**
 * Masks values in chunks of one stream. It holds back no more than what may be the beginning of a
 * value, so a prompt still shows at once. The search is Aho and Corasick's, in linear time.
 */
export class Redactor {
  readonly #root: State;
  #state: State;
  /** Bytes that were not given out yet. */
  #held: Uint8Array = new Uint8Array();
  /** Where in them values are, in order, without overlaps. */
  #masked: [start: number, end: number][] = [];
  /** Whether the last byte that was given out belonged to a value. */
  #inMask = false;

  /** @param values What to mask. Empty values are ignored. */
  constructor(values: Iterable<string>) {
    this.#root = build(values);
    this.#state = this.#root;
  }

  /** @returns What may be given out of the stream so far. */
  push(chunk: Uint8Array): Uint8Array {
    let at = this.#held.length;
    this.#held = joined([this.#held, chunk]);
    for (const byte of chunk) {
      at++;
      this.#state = step(this.#root, this.#state, byte);
      if (this.#state.match > 0) this.#cover(at - this.#state.match, at);
    }
    // No value that is still to come can begin before the last `depth` bytes.
    return this.#release(at - this.#state.depth);
  }

  /** @returns What was held back, at the end of the stream. */
  end(): Uint8Array {
    this.#state = this.#root;
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

function step(root: State, from: State, byte: number): State {
  for (let state: State | undefined = from; state !== undefined; state = state.fall) {
    const next = state.next.get(byte);
    if (next !== undefined) return next;
  }
  return root;
}

function build(values: Iterable<string>): State {
  const root = new State(0);
  const encoder = new TextEncoder();
  for (const value of values) {
    let state = root;
    for (const byte of encoder.encode(value)) {
      let next = state.next.get(byte);
      if (next === undefined) state.next.set(byte, next = new State(state.depth + 1));
      state = next;
    }
    state.match = state.depth;
  }
  const queue = [root];
  for (const state of queue) {
    for (const [byte, next] of state.next) {
      next.fall = state === root ? root : step(root, state.fall!, byte);
      next.match ||= next.fall.match;
      queue.push(next);
    }
  }
  return root;
}
