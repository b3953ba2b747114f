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
 * | connecting, and the first reply of a connection on top of its own | 10,000 |
 *
 * The daemon answers in order, so the allowance of a request begins when the allowance of the
 * request before it ends. A timeout from the caller begins with the call and covers the whole call.
 *
 * @module
 */

import type { Frame } from "./encode.ts";

/** For connecting, in ms: the daemon hashes the caller's whole executable before it answers. */
export const CONNECT_TIMEOUT = 10_000;

/**
 * Gives the allowance for one request.
 *
 * @param frame The request.
 * @returns Milliseconds.
 *
 * @example
 * ```ts
 * import { allowanceOf, encodeFrame } from "@keychain-auth/client/core";
 *
 * const read = encodeFrame({ action: "read", service: "AgentSecrets", targets: ["A", "B"] });
 * console.log(allowanceOf(read)); // 5100
 * ```
 */
export function allowanceOf({ action, match, targets }: Frame): number {
  if (action === "search" || action === "check") return 60_000;
  if (match === "prefix") return action === "read" ? 120_000 : 300_000;
  return 5_000 + targets.length * (action === "read" ? 50 : 250);
}
