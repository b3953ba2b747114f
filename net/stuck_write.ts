/**
 * Writes that nobody takes. While one is under way, Node and Deno keep the process alive, also when
 * nobody waits for its reply.
 *
 * @module
 */

import { clearTimer, setTimer, type Timer } from "../src/clock.ts";

/** How long a write may go on that nobody waits for, in milliseconds. */
const PATIENCE = 1_000;

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

  /** Whether somebody waits for a reply. */
  hold(held: boolean): void {
    if (held === this.#held) return;
    this.#held = held;
    this.#look();
  }

  #look(): void {
    if (this.#writes > 0 && !this.#held) {
      this.#timer ??= setTimer(this.#end, PATIENCE);
    } else {
      clearTimer(this.#timer);
      this.#timer = undefined;
    }
  }
}
