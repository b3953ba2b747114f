/**
 * Masking values in a stream of bytes, also where a value is cut into several chunks or overlaps
 * another one.
 *
 * @module
 */

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
  /** Bytes that were not given out yet; the first `#masked` of them belong to values. */
  #held: number[] = [];
  #marks: boolean[] = [];
  #inMask = false;

  /** @param values What to mask. Empty values are ignored. */
  constructor(values: Iterable<string>) {
    this.#root = build(values);
    this.#state = this.#root;
  }

  /** @returns What may be given out of the stream so far. */
  push(chunk: Uint8Array): Uint8Array {
    const output: number[] = [];
    for (const byte of chunk) {
      this.#held.push(byte);
      this.#marks.push(false);
      this.#state = step(this.#root, this.#state, byte);
      if (this.#state.match > 0) {
        this.#marks.fill(true, this.#marks.length - this.#state.match);
      }
      // Batches, because taking from the front one by one would move the rest each time.
      if (this.#held.length >= 2 * this.#state.depth + 4_096) this.#release(output);
    }
    this.#release(output);
    return Uint8Array.from(output);
  }

  /** @returns What was held back, at the end of the stream. */
  end(): Uint8Array {
    const output: number[] = [];
    this.#state = this.#root;
    this.#release(output);
    return Uint8Array.from(output);
  }

  /** No value that is still to come can begin before the last `depth` bytes. */
  #release(output: number[]): void {
    const count = this.#held.length - this.#state.depth;
    for (let index = 0; index < count; index++) {
      if (!this.#marks[index]) output.push(this.#held[index]!);
      else if (!this.#inMask) { for (const byte of MASK) output.push(byte); }
      this.#inMask = this.#marks[index]!;
    }
    this.#held = this.#held.slice(count);
    this.#marks = this.#marks.slice(count);
  }
}

/** Passes a stream on, masked. */
export async function redactStream(
  stream: AsyncIterable<Uint8Array>,
  values: Iterable<string>,
  write: (bytes: Uint8Array) => void,
): Promise<void> {
  const redactor = new Redactor(values);
  for await (const chunk of stream) {
    const bytes = redactor.push(chunk);
    if (bytes.length > 0) write(bytes);
  }
  write(redactor.end());
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
