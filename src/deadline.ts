/**
 * Points in time that a wait must not pass, on the monotonic clock.
 *
 * @module
 */

/** The longest delay that timers take: 2^31 - 1 ms, the limit of `setTimeout`. */
export const MAX_TIMEOUT = 2_147_483_647;

/**
 * A point in time, in milliseconds of `performance.now()`.
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
  /** When it passes. */
  at: number;
  /** The allowance it was made with, in milliseconds. */
  readonly timeout: number;

  /**
   * Starts the clock.
   *
   * @param timeout Milliseconds from `start`.
   * @param start Where to count from; now by default.
   */
  constructor(timeout: number, start: number = performance.now()) {
    this.timeout = timeout;
    this.at = start + timeout;
  }

  /** Milliseconds left, never negative. */
  remaining(): number {
    return Math.max(0, this.at - performance.now());
  }

  /** Lets it pass now: nobody waits any more. */
  end(): void {
    this.at = -Infinity;
  }

  /** Whether it has passed. */
  get passed(): boolean {
    return performance.now() >= this.at;
  }
}

/**
 * Checks a timeout that a caller gave.
 *
 * @param timeout Milliseconds, above 0 and at most {@linkcode MAX_TIMEOUT}.
 * @param name What to call it in the error.
 * @throws {RangeError} When it is anything else.
 */
export function checkTimeout(timeout: number, name = "timeout"): number {
  if (typeof timeout === "number" && timeout > 0 && timeout <= MAX_TIMEOUT) return timeout;
  throw new RangeError(
    `${name} must be above 0 and at most ${MAX_TIMEOUT} ms, got ${String(timeout)}`,
  );
}
