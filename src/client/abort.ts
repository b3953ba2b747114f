/**
 * Abort signals. A signal is an object of the caller and may only resemble one. So every used
 * method is tried before a call is queued, and an error that a signal throws later does not affect
 * other calls.
 *
 * @module
 */

import { InvalidRequestError } from "../errors/request.ts";

/**
 * The used part of an `AbortSignal`. Every signal has it, and no types of the DOM or of a runtime
 * are needed.
 *
 * @example
 * ```ts
 * import type { AbortSignalLike } from "@keychain-auth/client";
 *
 * const signal: AbortSignalLike = AbortSignal.timeout(1_000);
 * console.log(signal.aborted); // false
 * ```
 */
export interface AbortSignalLike {
  /** True once it was aborted. */
  readonly aborted: boolean;
  /** What the abort rejects with. */
  readonly reason: unknown;
  /** Calls `listener` when it is aborted. */
  addEventListener(type: "abort", listener: () => void, options?: { once?: boolean }): void;
}

const known = new WeakMap<object, Abort>();

/**
 * Checks a signal and listens to it.
 *
 * @param signal What the caller gave.
 * @returns The same object for the same signal, because Node warns of a leak at more than ten
 * listeners.
 * @throws {InvalidRequestError} When it is given and is not an AbortSignal.
 */
export function abortOf(signal: unknown): Abort | undefined {
  if (signal === undefined) return undefined;
  if (typeof signal !== "object" || signal === null) throw notASignal();
  let abort = known.get(signal);
  if (abort === undefined) {
    try {
      abort = new Abort(signal as AbortSignalLike);
    } catch {
      throw notASignal();
    }
    known.set(signal, abort);
  }
  return abort;
}

/** A checked signal. */
export class Abort {
  readonly #signal: AbortSignalLike;
  readonly #leaving = new Set<() => void>();

  /** @throws When it is not a signal. */
  constructor(signal: AbortSignalLike) {
    this.#signal = signal;
    if (typeof signal.aborted !== "boolean") throw notASignal();
    void signal.reason;
    // The listener lives as long as the signal: adding it again for each call would cost more.
    signal.addEventListener("abort", () => {
      for (const leave of [...this.#leaving]) leave();
    }, { once: true });
  }

  /** True once the signal is aborted. */
  get aborted(): boolean {
    try {
      return this.#signal.aborted === true;
    } catch {
      return true;
    }
  }

  /** What the call rejects with. */
  get reason(): unknown {
    try {
      return this.#signal.reason;
    } catch (error) {
      return error;
    }
  }

  /**
   * Calls `leave` when the signal is aborted, at once if it is already.
   *
   * @param leave A function that is used for this call only.
   * @returns A function that stops listening.
   */
  on(leave: () => void): () => void {
    if (this.aborted) {
      leave();
      return () => {};
    }
    this.#leaving.add(leave);
    return () => void this.#leaving.delete(leave);
  }
}

function notASignal(): InvalidRequestError {
  return new InvalidRequestError("signal", "expected an AbortSignal");
}
