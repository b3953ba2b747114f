/**
 * The envelope: what a request and a reply look like on the wire. One JSON object on one line each.
 *
 * @module
 */

import { ProtocolError } from "../errors/connection.ts";

/** What the daemon can be asked to do. */
export type Action = "read" | "write" | "delete" | "search" | "check";

/** How targets are compared: whole names (the daemon's default), or beginnings of names. */
export type Match = "exact" | "prefix";

/** One request, as `client.request()` takes it. `type` is added by the client. */
export interface Request {
  /** What to do. */
  readonly action: Action;
  /** The service that the secrets belong to. Not empty, without `:`. */
  readonly service: string;
  /** How `targets` are compared. Default: `"exact"`. */
  readonly match?: Match;
  /** Names of secrets, or beginnings of names. */
  readonly targets?: readonly string[];
  /** Values to write, one for each target. */
  readonly values?: readonly string[];
  /** Accepted and discarded by the daemon. */
  readonly attributes?: Readonly<Record<string, string>>;
}

/** One secret of a reply. The daemon leaves `value` out when it is empty, and in searches. */
export interface Result {
  /** The secret's name. */
  readonly target: string;
  /** The secret's value. */
  readonly value?: string;
  /** Declared by the protocol; the daemon never sends them. */
  readonly attributes?: Readonly<Record<string, string>>;
}

/** How a request ended. */
export type Status = "success" | "denied" | "error";

/** Reasons for a denial that the daemon declares. Others pass through as they are. */
export type DeniedReason =
  | "service_not_allowed"
  | "action_not_in_policy"
  | "unregistered_binary_pending_approval"
  | "target_not_allowed"
  | "hash_mismatch_during_fork"
  | (string & Record<never, never>);

/** Reasons for an error that the daemon declares. Others pass through as they are. */
export type ErrorReason = "malformed_request" | "internal_error" | (string & Record<never, never>);

/** One reply. */
export interface Response {
  /** Always `"RESPONSE"`. */
  readonly type: "RESPONSE";
  /** How the request ended. */
  readonly status: Status;
  /** Why, when it did not succeed. */
  readonly reason?: string;
  /** What was found. Left out by the daemon when nothing was. */
  readonly results?: readonly Result[];
}

/**
 * The longest line that the daemon reads, in bytes before its line feed: 65,535, seen on a running
 * 3.x daemon. One byte more and it resets the connection without a reply.
 */
export const MAX_LINE = 65_535;

/**
 * Parses and checks one reply line. What does not look like a reply is refused without a word of
 * its content, because it may hold values: also the message of `JSON.parse` quotes its input.
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
export function parseResponse(line: string): Response {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new ProtocolError("the reply is not JSON");
  }
  if (!isObject(value) || value.type !== "RESPONSE") {
    throw new ProtocolError('the reply is not an object of type "RESPONSE"');
  }
  const { status, reason, results } = value;
  if (status !== "success" && status !== "denied" && status !== "error") {
    throw new ProtocolError("the reply has an unknown status");
  }
  if (reason !== undefined && typeof reason !== "string") {
    throw new ProtocolError("the reply has a reason that is not a string");
  }
  if (results !== undefined && results !== null) {
    if (!Array.isArray(results) || !results.every(isResult)) {
      throw new ProtocolError("the reply has results that are not pairs of target and value");
    }
  } else if (results === null) delete value.results;
  return value as unknown as Response;
}

function isResult(value: unknown): value is Result {
  return isObject(value) && typeof value.target === "string" &&
    (value.value === undefined || typeof value.value === "string");
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
