/**
 * Ends writes that the daemon does not accept. A pending write keeps the process alive on Node and
 * Deno, even when no call waits for its reply.
 *
 * @module
 */

import { clearTimer, setTimer, type Timer } from "../src/clock.ts";

/** How long a write may continue after the last call has stopped waiting, in milliseconds. */
const GRACE = 1_000;

/** Watches the writes of one connection. */
export class StuckWrite {
  readonly #end: () => void;
  #writes = 0;
  #held = true;
  #timer: Timer | undefined;

  /** @param end Ends the connection. */
  constructor(end: () => void) {
    this.#end = end;
  }

  /** Watches one write. @returns The same promise. */
  async watch(write: Promise<void>): Promise<void> {
    this.#writes++;
    try {
      await write;
    } finally {
      this.#writes--;
      this.#look();
    }
  }

  /** Sets whether a call waits for a reply. */
  hold(held: boolean): void {
    if (held === this.#held) return;
    this.#held = held;
    this.#look();
  }

  #look(): void {
    if (this.#writes > 0 && !this.#held) {
      this.#timer ??= setTimer(this.#end, GRACE);
    } else {
      clearTimer(this.#timer);
      this.#timer = undefined;
    }
  }
}
