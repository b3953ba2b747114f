/**
 * All rules for replies. There are no request ids: only the order of the replies and the names in
 * them tie a reply to its request.
 *
 * @module
 */

import { ProtocolError } from "../errors/connection.ts";
import type { Frame } from "./encode.ts";
import { parseResponse, type RawResponse } from "./envelope.ts";

/** The problem with a reply that answers no request. */
export const UNSOLICITED = "an unsolicited reply arrived";

/** The values of large replies by name, kept because both verification and the caller need them. */
const gathered = new WeakMap<RawResponse, ReadonlyMap<string, string>>();

/** @returns The values of a reply by name. The daemon leaves an empty value out. */
export function valuesIn(reply: RawResponse): ReadonlyMap<string, string> {
  const before = gathered.get(reply);
  if (before !== undefined) return before;
  const { results = [] } = reply;
  const values = new Map<string, string>();
  for (const { target, value = "" } of results) values.set(target, value);
  return values;
}

/**
 * Parses a reply and verifies that it can answer the request.
 *
 * @param frame The request.
 * @param line The reply without its line feed.
 * @param sent Whether the whole request was sent. Only a denial can answer one that was not.
 * @throws {ProtocolError} When the line is not a reply, or answers another request: it has a name
 * outside the targets, a value where none belongs, or two values for one name.
 *
 * @example
 * ```ts
 * import { encodeFrame, ProtocolError, verifyReply } from "@keychain-auth/client/core";
 *
 * const frame = encodeFrame({ action: "read", service: "AgentSecrets", targets: ["KEY"] });
 * try {
 *   verifyReply(frame, '{"type":"RESPONSE","status":"success","results":[{"target":"OTHER"}]}');
 * } catch (error) {
 *   console.log(error instanceof ProtocolError); // true
 * }
 * ```
 */
export function verifyReply(frame: Frame, line: string, sent = true): RawResponse {
  const reply = parseResponse(line);
  const { status, results = [] } = reply;
  if (!sent && status === "success") throw new ProtocolError(UNSOLICITED);
  if (results.length === 0) return reply;
  const { action, match, targets } = frame;
  if (status !== "success" || (action !== "read" && action !== "search")) {
    throw new ProtocolError("the reply has results that the request did not ask for");
  }
  const search = action === "search";
  if (search && results.some(({ value }) => value !== undefined)) {
    throw new ProtocolError("the reply to a search contains values");
  }
  if (search && targets.length === 0) return reply;
  const belongs = search || match === "prefix" ? underAny(targets) : undefined;
  const names = new Set(targets);
  for (const { target } of results) {
    if (belongs?.(target) ?? names.has(target)) continue;
    throw new ProtocolError("the reply names a secret outside the request");
  }
  if (results.length === 1) return reply;
  const values = valuesIn(reply);
  gathered.set(reply, values);
  // A name that was requested twice is returned twice.
  if (
    values.size < results.length &&
    results.some(({ target, value = "" }) => values.get(target) !== value)
  ) {
    throw new ProtocolError("the reply gives two values for one name");
  }
  return reply;
}

/**
 * Whether a name begins with one of many prefixes. Among prefixes of which none begins with another,
 * only the last one that sorts before a name can be its beginning, so a name costs a binary search.
 */
function underAny(prefixes: readonly string[]): (name: string) => boolean {
  const roots: string[] = [];
  for (const prefix of [...prefixes].sort()) {
    if (roots.length === 0 || !prefix.startsWith(roots.at(-1)!)) roots.push(prefix);
  }
  return (name) => {
    let from = 0;
    for (let to = roots.length; from < to;) {
      const middle = (from + to) >> 1;
      if (roots[middle]! <= name) from = middle + 1;
      else to = middle;
    }
    return from > 0 && name.startsWith(roots[from - 1]!);
  };
}
