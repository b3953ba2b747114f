/**
 * Whether a reply fits the request that it came for. There are no request ids, so the names in it
 * are all there is to tell by.
 *
 * @module
 */

import { ProtocolError } from "../errors/connection.ts";
import type { Frame } from "./encode.ts";
import type { Response } from "./envelope.ts";

/**
 * @throws {ProtocolError} When the reply holds a name that was not asked for, or a value where
 * none belongs.
 */
export function checkEcho(frame: Frame, { status, results }: Response): void {
  if (results === undefined || results.length === 0) return;
  const { action, match, targets } = frame;
  if (status !== "success" || (action !== "read" && action !== "search")) {
    throw new ProtocolError("the reply has results that the request did not ask for");
  }
  if (action === "search") {
    for (const { value } of results) {
      if (value !== undefined) throw new ProtocolError("the reply to a search holds values");
    }
    if (targets.length === 0) return;
  }
  if (action === "search" || match === "prefix") {
    const under = underAny(targets);
    for (const { target } of results) {
      if (!under(target)) throw new ProtocolError("the reply names a secret outside the prefix");
    }
    return;
  }
  // Hits come in the order of the targets; only where they do not is a set worth its while.
  let at = 0;
  for (const { target } of results) {
    while (at < targets.length && targets[at] !== target) at++;
    if (at++ === targets.length) return checkMembers(frame, results);
  }
}

/**
 * Whether names begin with one of many prefixes. Of prefixes none of which begins with another, only
 * the last one that sorts before a name can be its beginning, so a name costs a binary search.
 *
 * @param prefixes At least one.
 */
export function underAny(prefixes: readonly string[]): (name: string) => boolean {
  const [first] = prefixes;
  if (prefixes.length === 1) return (name) => name.startsWith(first!);
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

function checkMembers({ targets }: Frame, results: readonly { target: string }[]): void {
  const asked = new Set(targets);
  if (!results.every(({ target }) => asked.has(target))) {
    throw new ProtocolError("the reply names a secret that was not asked for");
  }
}
