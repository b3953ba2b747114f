/**
 * How long a reply may take when the caller gave no timeout. The figures fit a desktop keychain
 * (Secret Service), measured: an exact read 5 ms a target, a write 9 to 76 ms a target, a search
 * among 2,000 names 7.5 s, a prefix read of 2,000 secrets 31 s, a prefix delete of 2,000 86 s.
 *
 * | request | allowance in ms |
 * |---|---|
 * | exact read | 5,000 + 50 a target |
 * | write, exact delete | 5,000 + 250 a target |
 * | search, check | 60,000 |
 * | prefix read | 120,000 |
 * | prefix delete | 300,000 |
 * | connecting, and the first reply on a connection on top of its own | 10,000 |
 *
 * An allowance begins when the one of the request before it on the connection ends, for the daemon
 * answers in order, whatever the caller of that one allowed it. A timeout that the caller gave begins
 * with the call and covers all of it.
 *
 * @module
 */

import type { Frame } from "./encode.ts";

/** Connecting, in ms: the daemon hashes the caller's whole executable before it answers. */
export const CONNECT_TIMEOUT = 10_000;

/** @returns The allowance for one request in ms. */
export function allowanceOf({ action, match, targets }: Frame): number {
  if (action === "search" || action === "check") return 60_000;
  if (match === "prefix") return action === "read" ? 120_000 : 300_000;
  return 5_000 + targets.length * (action === "read" ? 50 : 250);
}

/** Gives the requests of one connection their allowances, one behind the other. */
export class Schedule {
  #end = 0;

  /**
   * @param frame The request.
   * @param now Milliseconds of `performance.now()`.
   * @param first Whether no request is before it.
   * @param fresh Whether the daemon has not answered on the connection yet.
   * @returns When it is late, and its own part of that in ms.
   */
  add(frame: Frame, now: number, first: boolean, fresh: boolean): { at: number; timeout: number } {
    const timeout = allowanceOf(frame) + (first && fresh ? CONNECT_TIMEOUT : 0);
    this.#end = (first ? now : Math.max(now, this.#end)) + timeout;
    return { at: this.#end, timeout };
  }
}
