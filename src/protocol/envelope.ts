/**
 * The envelope: what a request and a reply look like on the wire. One JSON object on one line each.
 *
 * @module
 */

import { ProtocolError } from "../errors/connection.ts";
import { type Action, type DeniedReason, type ErrorReason, MAX_LINE } from "../errors/reasons.ts";

export { type Action, type DeniedReason, type ErrorReason, MAX_LINE };

/** How the daemon compares targets: whole names (its default), or prefixes of names. */
export type RawMatch = "exact" | "prefix";

/** One request, as `client.request()` takes it. `type` is added by the client. */
export interface RawRequest {
  /** What to do. */
  readonly action: Action;
  /** The service that the secrets belong to. Not empty, without `:`. */
  readonly service: string;
  /** How the daemon compares `targets`. Default: `"exact"`. */
  readonly match?: RawMatch;
  /** Names of secrets, or beginnings of names. */
  readonly targets?: readonly string[];
  /** Values to write, one for each target. */
  readonly values?: readonly string[];
  /** Accepted and discarded by the daemon. */
  readonly attributes?: Readonly<Record<string, string>>;
}

/** One secret of a reply. The daemon leaves `value` out when it is empty, and in searches. */
export interface RawResult {
  /** The secret's name. */
  readonly target: string;
  /** The secret's value. */
  readonly value?: string;
  /** Declared by the protocol; the daemon never sends them. */
  readonly attributes?: Readonly<Record<string, string>>;
}

/** The outcome of a request. */
export type RawStatus = "success" | "denied" | "error";

/** One reply. */
export interface RawResponse {
  /** Always `"RESPONSE"`. */
  readonly type: "RESPONSE";
  /** The outcome. */
  readonly status: RawStatus;
  /** The reason code. Absent on success. */
  readonly reason?: string;
  /** The secrets or names that were found. Absent when there is none. */
  readonly results?: readonly RawResult[];
}

/**
 * The largest reply that is parsed, in parts. A part is a comma or an opening bracket outside of
 * strings. A secret has three parts and a name of a search has two, so the limit is 100,000 secrets
 * or 150,000 names. Parsing blocks the event loop, and no timeout fires meanwhile: up to 0.7 s for
 * this many parts on a slow two-core machine.
 */
export const MAX_PARTS = 300_000;
/** The names of a reply's properties, the most frequent first. */
const USUAL_NAMES = ["target", "value", "type", "status", "reason", "results"];
/** The least length of a part: `"12345",` are 31, a number and a comma. */
const SHORTEST_PART = 8 / 31;

/**
 * Parses and checks one reply line. The error never quotes the line, because a reply may hold
 * values. (The message of `JSON.parse` would quote it.)
 *
 * @param line The text before the line feed.
 * @throws {ProtocolError} When it is not a well-formed reply.
 *
 * @example
 * ```ts
 * import { parseResponse } from "@keychain-auth/client/core";
 *
 * const line = '{"type":"RESPONSE","status":"denied","reason":"service_not_allowed"}';
 * console.log(parseResponse(line).reason); // service_not_allowed
 * ```
 */
export function parseResponse(line: string): RawResponse {
  if (line.length > MAX_PARTS * SHORTEST_PART && hasTooManyParts(line)) {
    throw new ProtocolError(
      `the reply has more than ${MAX_PARTS} parts, which is 100,000 secrets; ask for fewer`,
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new ProtocolError("the reply is not JSON");
  }
  if ((value as RawResponse | null)?.type !== "RESPONSE") {
    throw new ProtocolError('the reply is not an object of type "RESPONSE"');
  }
  const reply = value as { [K in keyof RawResponse]: unknown };
  const { status, reason, results } = reply;
  if (status !== "success" && status !== "denied" && status !== "error") {
    throw new ProtocolError("the reply has an unknown status");
  }
  if (reason !== undefined && typeof reason !== "string") {
    throw new ProtocolError("the reply has a reason that is not a string");
  }
  // A failed request must not count as done.
  if (status === "success" && reason) {
    throw new ProtocolError("the reply reports success and gives a reason");
  }
  if (results === null) delete (reply as { results?: unknown }).results;
  else if (results !== undefined && !(Array.isArray(results) && results.every(isResult))) {
    throw new ProtocolError("the reply has results that are not pairs of target and value");
  }
  return reply as RawResponse;
}

function isResult(result: unknown): result is RawResult {
  const { target, value, attributes } = (result ?? {}) as Partial<RawResult>;
  return typeof target === "string" && (value === undefined || typeof value === "string") &&
    (attributes === undefined || isRecord(attributes));
}

function isRecord(attributes: unknown): boolean {
  return typeof attributes === "object" && attributes !== null && !Array.isArray(attributes) &&
    Object.values(attributes).every((value) => typeof value === "string");
}

function hasTooManyParts(line: string): boolean {
  const QUOTE = 0x22;
  const COMMA = 0x2c;
  const NINE = 0x39;
  const COLON = 0x3a;
  const BRACKET = 0x5b;
  const BACKSLASH = 0x5c;
  const BRACE = 0x7b;
  // How many parts any other name counts as. Engines take several times as long to parse an object
  // with many different names as to parse that many secrets.
  const UNUSUAL_NAME = 5;
  // Deno 2.9 hashes a string that is a number without a secret key (CVE-2026-21717): 100,000 that
  // collide take it 20 seconds, 9,000 a second. No request has room for as many names.
  const NUMBER = /^(?:\d|\\u003\d){5,10}$/;
  const NUMBER_PARTS = 30;
  let left = MAX_PARTS;
  // The last string, without its quotes. It is not copied: that would take longer than the rest.
  let from = 0;
  let end = 0;
  // Counting takes half as long as parsing, so it stops when the rest is too short to exceed the
  // limit.
  for (let at = 0; line.length - at > left * SHORTEST_PART; at++) {
    const unit = line.charCodeAt(at);
    if (unit === QUOTE) {
      from = at + 1;
      end = endOfString(line, at);
      if (end === -1) return false;
      at = end;
      const first = line.charCodeAt(from);
      const number = (first <= NINE || first === BACKSLASH) && NUMBER.test(line.slice(from, end));
      if (number) left -= NUMBER_PARTS;
    } else if (unit === COMMA || unit === BRACE || unit === BRACKET) left--;
    else if (unit === COLON) {
      const usual = (name: string) => name.length === end - from && line.startsWith(name, from);
      if (!USUAL_NAMES.some(usual)) left -= UNUSUAL_NAME;
      // Colons without a name between them are counted, too.
      from = end;
    }
    if (left < 0) return true;
  }
  return false;
}

/** @returns Where the string that begins at `at` ends, or -1. */
function endOfString(line: string, at: number): number {
  const BACKSLASH = 0x5c;
  for (let end = at;;) {
    end = line.indexOf('"', end + 1);
    if (end === -1) return -1;
    let slashes = 0;
    while (line.charCodeAt(end - 1 - slashes) === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return end;
  }
}
