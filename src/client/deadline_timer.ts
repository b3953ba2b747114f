/**
 * One timer for the earliest of many deadlines.
 *
 * @module
 */

import { clearTimer, now, setTimer, type Timer } from "../clock.ts";
import { holdTimer } from "../runtime.ts";

/** Rings at a deadline. Costs nothing until the first is set. */
export class DeadlineTimer {
  readonly #ring: () => void;
  #timer: Timer | undefined;
  #at = Infinity;
  #held = true;

  /** @param ring Called at the deadline, or earlier when the deadline is over 24 days away. */
  constructor(ring: () => void) {
    this.#ring = ring;
  }

  /**
   * Makes sure that the timer rings by `at`, and keeps the process alive until then.
   *
   * @param at In milliseconds of the clock. `Infinity` sets no timer.
   */
  set(at: number): void {
    if (this.#timer === undefined || at < this.#at) {
      clearTimer(this.#timer);
      this.#timer = undefined;
      this.#at = at;
      if (at === Infinity) return;
      this.#held = true;
      this.#timer = setTimer(() => {
        this.#timer = undefined;
        this.#ring();
      }, at - now());
    } else if (!this.#held) this.#hold(true);
  }

  /**
   * Lets the process end. The timer stays, because the next call most likely needs it again and a
   * new timer costs more than a request.
   */
  rest(): void {
    if (this.#timer !== undefined && this.#held) this.#hold(false);
  }

  /** Stops the timer. */
  clear(): void {
    clearTimer(this.#timer);
    this.#timer = undefined;
  }

  #hold(held: boolean): void {
    this.#held = held;
    holdTimer(this.#timer, held);
  }
}
