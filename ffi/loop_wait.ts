/**
 * Waiting on the thread of the event loop without blocking it for long.
 *
 * @module
 */

import { clearTimer, nextTurn, now, setTimer, type Timer } from "../src/clock.ts";
import { holdTimer } from "../src/runtime.ts";

/** The longest that one turn of the event loop may be blocked by waiting, in milliseconds. */
export const TURN_LIMIT = 1;

/** How long a wait checks at every turn before it uses timers, in milliseconds. */
const EAGER = 5;
/** The longest pause between two checks, in milliseconds. */
const LONGEST_PAUSE = 16;

/** When {@linkcode turnTime} was first called in this turn. The process has one event loop. */
let started: number | undefined;

/** Milliseconds since the first call in this turn of the event loop. */
export function turnTime(): number {
  const time = now();
  if (started === undefined) {
    started = time;
    nextTurn(() => {
      started = undefined;
    });
  }
  return time - started;
}

/**
 * How long waits may continue without a certain turn of the event loop, in milliseconds. A pause
 * between two waits may have been such a turn, or the caller at work on what it has read.
 */
const SURE = 20;

/** When the current run of waits began, and when it last continued. */
let began = 0;
let last = -Infinity;
/** When the first wait since the last certain turn of the event loop began. */
let first: number | undefined;
/** How many waits have been allowed so far. */
let allowed = 0;

/**
 * Whether this thread may block again before the next turn of the event loop: up to {@linkcode
 * TURN_LIMIT} in a row. Unlike {@linkcode turnTime} it needs no callback.
 */
export function mayWait(time: number = now()): boolean {
  if (time - last > TURN_LIMIT) began = time;
  last = time;
  first ??= time;
  if (time - began >= TURN_LIMIT || time - first >= SURE) return false;
  allowed++;
  return true;
}

/**
 * Call this after a wait that may have been long: a wait right after it belongs to the same run.
 */
export function waited(time: number = now()): void {
  last = time;
}

/** Returns the argument for {@linkcode newTurn}. Call it before the event loop runs. */
export function thisTurn(): number {
  return allowed;
}

/**
 * Call this after the event loop has run: a new run of waits may begin. If another connection has
 * already waited in this turn, nothing changes.
 *
 * @param before The result of {@linkcode thisTurn}.
 */
export function newTurn(before: number): void {
  if (before !== allowed) return;
  last = -Infinity;
  first = undefined;
}

/** A wait that lets the event loop run between checks: first at every turn, then with timers. */
export class Pause {
  readonly #since = now();
  #delay = 0.5;
  #wake: (() => void) | undefined;
  #timer: Timer | undefined;
  #held: boolean;

  /** @param held Sets whether the wait keeps the process alive. */
  constructor(held = true) {
    this.#held = held;
  }

  /**
   * Resolves when it is time to check again, or at once after {@linkcode wake}.
   *
   * @param longest The longest wait in milliseconds.
   */
  next(longest = Infinity): Promise<void> {
    return new Promise((done) => {
      const turn = thisTurn();
      const resolve = (): void => {
        newTurn(turn);
        done();
      };
      this.#wake = done;
      if (now() - this.#since < EAGER) {
        nextTurn(resolve);
        return;
      }
      this.#delay = Math.min(this.#delay * 2, LONGEST_PAUSE);
      this.#timer = setTimer(resolve, Math.min(this.#delay, longest));
      if (!this.#held) this.hold(false);
    });
  }

  /** Ends the current wait. */
  wake(): void {
    clearTimer(this.#timer);
    this.#wake?.();
  }

  /** Sets whether the wait keeps the process alive. */
  hold(held: boolean): void {
    this.#held = held;
    if (this.#timer !== undefined) holdTimer(this.#timer, held);
  }
}
