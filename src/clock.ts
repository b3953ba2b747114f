/**
 * The clock and the timers, taken when this module is loaded; on Node always the real ones. So fake
 * timers of a test framework neither stop a connection nor make it spin.
 *
 * @module
 */

import { nodePerformance, nodeTimers, type Timers } from "./runtime.ts";

const real = nodeTimers();
const timers: Timers = real ?? globalThis;
/** Whether the global ones had been replaced before this module was loaded. */
const replaced = real !== undefined && real.setTimeout !== globalThis.setTimeout;
const startTimer = /* @__PURE__ */ capturedTimer("setTimeout");
const stopTimer = /* @__PURE__ */ capturedTimer("clearTimeout");
const immediate = /* @__PURE__ */ capturedTimer("setImmediate");
const stopwatch = replaced ? nodePerformance() : performance;
const clock = stopwatch.now.bind(stopwatch);

/**
 * Captures a function as it is now. Deno defines the timers as getters and takes 4 ms for the first
 * access, so there the getter is captured.
 */
function capturedTimer<K extends keyof Timers>(name: K): () => Timers[K] {
  const property = Object.getOwnPropertyDescriptor(timers, name);
  if (property?.get) return () => property.get!.call(timers);
  const value = timers[name];
  return () => value;
}

/** The longest delay of a timer: 2^31 - 1 ms, the limit of `setTimeout`. */
export const MAX_TIMEOUT = 2_147_483_647;

/** Calls back in a microtask. */
export const soon: (callback: () => void) => void = replaced
  ? (callback) => void Promise.resolve().then(callback)
  : /* @__PURE__ */ queueMicrotask.bind(globalThis);

export type Timer = ReturnType<typeof setTimeout>;

/** Milliseconds on the monotonic clock. */
export const now: () => number = clock;

/**
 * Sets a timer.
 *
 * @param callback Called once.
 * @param delay Milliseconds; more than {@linkcode MAX_TIMEOUT} calls back early.
 */
export function setTimer(callback: () => void, delay: number): Timer {
  return startTimer()(callback, Math.min(MAX_TIMEOUT, Math.max(0, Math.ceil(delay))));
}

/**
 * Calls back after a delay, without keeping the process alive. On Deno it costs a fraction of the
 * first timer.
 *
 * @param callback Called once.
 * @param delay Milliseconds.
 */
export function setBackgroundTimer(callback: () => void, delay: number): void {
  const cell = new Int32Array(new SharedArrayBuffer(4));
  const { value } = Atomics.waitAsync(cell, 0, 0, delay) as { value: Promise<string> };
  void value.then(callback);
}

/** Calls back in the next turn of the event loop. */
export function nextTurn(callback: () => void): void {
  immediate()(callback);
}

export function clearTimer(timer: Timer | undefined): void {
  if (timer !== undefined) stopTimer()(timer);
}

/**
 * The latest time at which a wait must end.
 *
 * @example
 * ```ts
 * import { Deadline } from "@keychain-auth/client/core";
 *
 * const deadline = new Deadline(5_000);
 * console.log(deadline.passed, deadline.remaining() <= 5_000); // false true
 * ```
 */
export class Deadline {
  /** When it passes, in milliseconds of `performance.now()`. */
  at: number;
  /** The time allowed, in milliseconds. */
  readonly timeout: number;

  /**
   * Starts the clock.
   *
   * @param timeout Milliseconds from now.
   * @throws {TypeError} When it is not a number.
   */
  constructor(timeout: number) {
    // Without this check, an array would be converted to a string, however long it is.
    if (typeof timeout !== "number") throw new TypeError("expected milliseconds as a number");
    this.timeout = timeout;
    this.at = clock() + timeout;
  }

  /** Milliseconds left, never negative. */
  remaining(): number {
    return Math.max(0, this.at - clock());
  }

  /** Ends the deadline now. */
  end(): void {
    this.at = -Infinity;
  }

  /** True once the time is over. */
  get passed(): boolean {
    return clock() >= this.at;
  }
}
