/**
 * One timer for the earliest of many deadlines.
 *
 * @module
 */

import { clearTimer, MAX_TIMEOUT, now, setTimer } from "../clock.ts";
import { deno, holdTimer } from "../runtime.ts";

/** A timer that was set. */
interface Timer {
  stop(): void;
  /** Whether it keeps the process alive. */
  hold(held: boolean): void;
  /** Whether it ended while it did not keep the process alive, and so called nothing. */
  missed(): boolean;
}

/** Calls a function at a deadline. */
export class DeadlineTimer {
  readonly #expire: () => void;
  #timer: Timer | undefined;
  #at = Infinity;
  /** Whether it keeps the process alive. */
  held = false;

  /** @param expire Called at the deadline, or earlier when the deadline is over 24 days away. */
  constructor(expire: () => void) {
    this.#expire = expire;
  }

  /**
   * Makes sure that the timer ends by `at`, and keeps the process alive until then.
   *
   * @param at In milliseconds of the clock.
   */
  set(at: number): void {
    if (this.#timer === undefined || at < this.#at || this.#timer.missed()) {
      this.clear();
      this.#at = at;
      this.held = true;
      const delay = Math.min(MAX_TIMEOUT, Math.max(0, Math.ceil(at - now())));
      const expire = (): void => {
        this.#timer = undefined;
        this.#expire();
      };
      this.#timer = deno === undefined ? plainTimer(expire, delay) : signalTimer(expire, delay);
    } else if (!this.held) this.#hold(true);
  }

  /**
   * Lets the process end. The timer stays, because the next call most likely needs it again and a
   * new timer costs more than a request.
   */
  rest(): void {
    this.#hold(false);
  }

  /** Stops the timer. */
  clear(): void {
    this.#timer?.stop();
    this.#timer = undefined;
  }

  #hold(held: boolean): void {
    this.held = held;
    this.#timer?.hold(held);
  }
}

function plainTimer(expire: () => void, delay: number): Timer {
  const timer = setTimer(expire, delay);
  return {
    stop: () => clearTimer(timer),
    hold: (held) => holdTimer(timer, held),
    missed: () => false,
  };
}

/**
 * Deno takes 4 ms for its first access to `setTimeout`, and half a millisecond for the timer of a
 * signal, which keeps the process alive while it has a listener.
 */
function signalTimer(expire: () => void, delay: number): Timer {
  const signal = AbortSignal.timeout(delay);
  const hold = (held: boolean): void => {
    if (held) signal.addEventListener("abort", expire);
    else signal.removeEventListener("abort", expire);
  };
  hold(true);
  return { stop: () => hold(false), hold, missed: () => signal.aborted };
}
