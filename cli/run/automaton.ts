/**
 * Finds many byte strings in a stream in linear time: the automaton of Aho and Corasick. It uses
 * typed arrays, because a few values of 100 kB in all their forms are millions of states.
 *
 * @module
 */

/** States are numbers; 0 is the first. */
export class Automaton {
  /** The length in bytes of the beginning of a pattern that a state stands for. */
  readonly depth: Int32Array;
  /** Bytes of the longest pattern that ends at a state; 0 when none does. */
  readonly match: Int32Array;
  /** The state to continue from when no pattern continues with the next byte. */
  readonly #fall: Int32Array;
  readonly #next: Transitions;

  constructor(patterns: readonly Uint8Array[]) {
    const most = patterns.reduce((sum, { length }) => sum + length, 1);
    const next = this.#next = new Transitions(most);
    const depth = new Int32Array(most);
    const match = new Int32Array(most);
    const parent = new Int32Array(most);
    let count = 1;
    for (const pattern of patterns) {
      let state = 0;
      for (const byte of pattern) {
        let to = next.get(state, byte);
        if (to < 0) {
          to = count++;
          next.set(state, byte, to);
          depth[to] = depth[state]! + 1;
          parent[to] = state;
        }
        state = to;
      }
      match[state] = depth[state]!;
    }
    this.depth = depth.slice(0, count);
    this.match = match.slice(0, count);
    this.#fall = new Int32Array(count);
    for (const state of byDepth(this.depth)) {
      if (depth[state]! > 1) {
        this.#fall[state] = this.step(this.#fall[parent[state]!]!, next.bytes[state]!);
      }
      this.match[state] ||= this.match[this.#fall[state]!]!;
    }
  }

  /** @returns The state after one more byte. */
  step(from: number, byte: number): number {
    for (let state = from;; state = this.#fall[state]!) {
      const to = this.#next.get(state, byte);
      if (to >= 0) return to;
      if (state === 0) return 0;
    }
  }
}

/**
 * The next state for each state and byte. Nearly all states have one next byte, which leads to the
 * state with the next number; further transitions are linked from it.
 */
class Transitions {
  readonly #first: Int32Array;
  readonly #sibling: Int32Array;
  /** The byte that leads to a state. */
  readonly bytes: Uint8Array;
  /** The first state, which has many next bytes. */
  readonly #start = new Int32Array(256).fill(-1);

  constructor(most: number) {
    this.#first = new Int32Array(most).fill(-1);
    this.#sibling = new Int32Array(most).fill(-1);
    this.bytes = new Uint8Array(most);
  }

  /** @returns -1 without a transition. */
  get(state: number, byte: number): number {
    if (state === 0) return this.#start[byte]!;
    let to = this.#first[state]!;
    while (to >= 0 && this.bytes[to] !== byte) to = this.#sibling[to]!;
    return to;
  }

  set(state: number, byte: number, to: number): void {
    this.bytes[to] = byte;
    if (state === 0) {
      this.#start[byte] = to;
      return;
    }
    this.#sibling[to] = this.#first[state]!;
    this.#first[state] = to;
  }
}

/** @returns All states except the first, shallow ones before deep ones. */
function byDepth(depth: Int32Array): Int32Array {
  const starts = new Int32Array(depth.reduce((most, one) => Math.max(most, one), 0) + 2);
  for (const one of depth) starts[one + 1]!++;
  for (let at = 1; at < starts.length; at++) starts[at]! += starts[at - 1]!;
  const sorted = new Int32Array(depth.length);
  for (let state = 0; state < depth.length; state++) sorted[starts[depth[state]!]!++] = state;
  return sorted.subarray(1);
}
