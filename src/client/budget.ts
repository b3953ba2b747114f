/**
 * What limits a call: the caller's timeout and signal, or the defaults.
 *
 * @module
 */

import { checkTimeout, Deadline } from "../deadline.ts";
import { InvalidRequestError } from "../errors/request.ts";

/** Options of every call. */
export interface CallOptions {
  /**
   * Milliseconds for the whole call, above 0 and at most 2,147,483,647. Default: the client's
   * `timeout`, else an allowance that fits the request.
   */
  readonly timeout?: number;
  /** Aborts the call, which then rejects with the signal's reason. Ignored by synchronous calls. */
  readonly signal?: AbortSignal;
}

/** The limits of one call from its beginning to its end. */
export interface Budget {
  /** The caller's own deadline. Absent: every request has an allowance of its own. */
  readonly deadline?: Deadline;
  readonly signal?: AbortSignal;
  /** Written to by the connection, for a caller that keeps the time itself. */
  readonly progress?: Progress;
}

/** How far a call has come. */
export interface Progress {
  /** Whether a request of it may have reached the daemon. */
  sent: boolean;
  /** What it may mean when no reply comes. */
  hint?: string;
}

/**
 * Starts the clock of a call.
 *
 * @param options The call's options.
 * @param timeout The client's timeout in ms, if it has one.
 * @throws {RangeError} When the timeout is out of range.
 * @throws {InvalidRequestError} When the signal is none.
 */
export function budgetOf(options: CallOptions | undefined, timeout: number | undefined): Budget {
  const limit = options?.timeout === undefined ? timeout : checkTimeout(options.timeout);
  const signal = checkSignal(options?.signal);
  if (limit === undefined && signal === undefined) return UNLIMITED;
  return { deadline: limit === undefined ? undefined : new Deadline(limit), signal };
}

/** @throws {InvalidRequestError} When it is given and is no AbortSignal. */
export function checkSignal(signal: AbortSignal | undefined): AbortSignal | undefined {
  if (signal !== undefined && typeof signal?.throwIfAborted !== "function") {
    throw new InvalidRequestError("signal", "it is no AbortSignal");
  }
  return signal;
}

/** Defaults for everything. */
export const UNLIMITED: Budget = {};
