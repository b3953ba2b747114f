/**
 * Receiving replies that come promptly, without going to sleep for them.
 *
 * To send wakes the daemon. On this very processor it has often answered before send(2) is back, or
 * does when it is given the processor. On another one it answers within some ten microseconds: less
 * than it takes to put this processor to sleep and wake it up again, which costs processor time too.
 *
 * @module
 */

import type { PosixCalls } from "./calls.ts";

/** How long a prompt reply may take, in milliseconds. */
const PROMPT = 0.05;
/** After how many replies in a row that were not prompt it is no longer looked for them. */
const PATIENCE = 8;
/** Every how many replies it is looked once more all the same. */
const LOOK_AGAIN = 64;

/** What is received from. */
export interface Source {
  readonly calls: Pick<PosixCalls, "yield">;
  /** Reads what is there. @returns -1 when there is nothing. */
  receive(into: Uint8Array): number;
}

/** Looks for prompt replies for as long as they come. */
export class Prompt {
  readonly #source: Source;
  readonly #now: () => number;
  /** How many replies in a row were not prompt; -1 before the first, which takes a daemon longest. */
  #late = -1;

  /**
   * @param source What to receive from.
   * @param now The clock, in milliseconds.
   */
  constructor(source: Source, now: () => number = () => performance.now()) {
    this.#source = source;
    this.#now = now;
  }

  /** @returns How many bytes it received, 0 at the end, -1 when nothing came promptly. */
  receive(into: Uint8Array): number {
    if (this.#late < 0 || (this.#late >= PATIENCE && this.#late % LOOK_AGAIN !== 0)) {
      this.#late++;
      return -1;
    }
    let count = this.#source.receive(into);
    if (count < 0) {
      const until = this.#now() + PROMPT;
      do {
        // Others may have work for this processor, the daemon first of all.
        this.#source.calls.yield();
        count = this.#source.receive(into);
      } while (count < 0 && this.#now() < until);
    }
    if (count < 0) this.#late++;
    else this.#late = 0;
    return count;
  }
}
