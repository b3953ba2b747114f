/**
 * One timer for the earliest of many deadlines.
 *
 * @module
 */

import { clearTimer, MAX_TIMEOUT, now, setTimer } from "../clock.ts";
import { deno, holdTimer } from "../runtime.ts";

/** A timer that was set. */
interface Alarm {
  stop(): void;
  /** Whether it keeps the process alive. */
  hold(held: boolean): void;
}

/** Rings at a deadline. */
export class DeadlineTimer {
  readonly #ring: () => void;
  #alarm: Alarm | undefined;
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
    if (this.#alarm === undefined || at < this.#at) {
      this.clear();
      this.#at = at;
      if (at === Infinity) return;
      this.#held = true;
      const delay = Math.min(MAX_TIMEOUT, Math.max(0, Math.ceil(at - now())));
      const ring = (): void => {
        this.#alarm = undefined;
        this.#ring();
      };
      this.#alarm = deno === undefined ? timerAlarm(ring, delay) : signalAlarm(ring, delay);
    } else if (!this.#held) this.#hold(true);
  }

  /**
   * Lets the process end. The timer stays, because the next call most likely needs it again and a
   * new timer costs more than a request.
   */
  rest(): void {
    if (this.#held) this.#hold(false);
  }

  /** Stops the timer. */
  clear(): void {
    this.#alarm?.stop();
    this.#alarm = undefined;
  }

  #hold(held: boolean): void {
    this.#held = held;
    this.#alarm?.hold(held);
  }
}

function timerAlarm(ring: () => void, delay: number): Alarm {
  const timer = setTimer(ring, delay);
  return { stop: () => clearTimer(timer), hold: (held) => holdTimer(timer, held) };
}

/**
 * Deno takes 4 ms for its first look at `setTimeout`, and half a millisecond for the timer of a
 * signal, which keeps no process alive: the connection does.
 */
function signalAlarm(ring: () => void, delay: number): Alarm {
  const signal = AbortSignal.timeout(delay);
  signal.addEventListener("abort", ring);
  return { stop: () => signal.removeEventListener("abort", ring), hold: () => {} };
}
