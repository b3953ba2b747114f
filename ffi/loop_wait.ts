/**
 * Waiting on the thread of the event loop without blocking it for long.
 *
 * @module
 */

import { clearTimer, nextTurn, now, setTimer, type Timer } from "../src/clock.ts";
import { holdTimer } from "../src/runtime.ts";

/** The longest that one turn of the event loop may be blocked by waiting, in milliseconds. */
export const TURN_LIMIT = 1;

/** How long a wait looks at every turn before it uses timers, in milliseconds. */
const EAGER = 5;
/** The longest pause between two looks, in milliseconds. */
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
 * The longest time without a turn of the event loop that surely was one, in milliseconds. A pause
 * between two waits may have been one, or a caller at work on what it has read.
 */
const SURE = 20;

/** When the present run of waits began, and when it last went on. */
let began = 0;
let last = -Infinity;
/** When the first wait began since the event loop surely had its turn. */
let first: number | undefined;
/** How many waits were allowed so far. */
let allowed = 0;

/**
 * Whether this thread may block once more before the event loop has its turn: for as long as
 * {@linkcode TURN_LIMIT} in a row. Unlike {@linkcode turnTime} it needs no callback.
 */
export function mayWait(time: number = now()): boolean {
  if (time - last > TURN_LIMIT) began = time;
  last = time;
  first ??= time;
  if (time - began >= TURN_LIMIT || time - first >= SURE) return false;
  allowed++;
  return true;
}

/** Call this after a wait that may have been long: a wait right behind it belongs to the same run. */
export function waited(time: number = now()): void {
  last = time;
}

/** Gives the argument for {@linkcode newTurn}. Call it before the event loop gets its turn. */
export function thisTurn(): number {
  return allowed;
}

/**
 * Call this when the event loop has had its turn: a new run of waits may begin. If another connection
 * has waited in this turn already, nothing changes.
 *
 * @param before The result of {@linkcode thisTurn}.
 */
export function newTurn(before: number): void {
  if (before !== allowed) return;
  last = -Infinity;
  first = undefined;
}

/** A wait that lets the event loop run between looks: at every turn at first, then by timers. */
export class Pause {
  readonly #since = now();
  #delay = 0.5;
  #wake: (() => void) | undefined;
  #timer: Timer | undefined;
  #held: boolean;

  /** @param held Whether the wait keeps the process alive. */
  constructor(held = true) {
    this.#held = held;
  }

  /**
   * Resolves when it is time to look again, at once after {@linkcode wake}.
   *
   * @param longest Milliseconds that it takes at most.
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

  /** Ends the wait that is under way. */
  wake(): void {
    clearTimer(this.#timer);
    this.#wake?.();
  }

  /** Whether the wait keeps the process alive. */
  hold(held: boolean): void {
    this.#held = held;
    if (this.#timer !== undefined) holdTimer(this.#timer, held);
  }
}
