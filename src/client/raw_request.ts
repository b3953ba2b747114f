/**
 * Raw requests, for callers who use the protocol directly.
 *
 * @module
 */

import { InvalidRequestError } from "../errors/request.ts";
import { encodeFrame } from "../protocol/encode.ts";
import type { Action, RawRequest, RawResponse } from "../protocol/envelope.ts";
import { type Operation, unwrap } from "./operation.ts";
import { checkObject, checkPrefixes, checkService, checkText, listOf } from "./validate.ts";

const ACTIONS: ReadonlySet<string> = new Set<Action>([
  "read",
  "write",
  "delete",
  "search",
  "check",
]);
const KEYS: ReadonlySet<string> = new Set([
  "type",
  "action",
  "service",
  "match",
  "targets",
  "values",
  "attributes",
]);

/**
 * Sends one request, which is validated but neither split nor corrected.
 *
 * @param request The request.
 * @param all Whether the caller permits to delete everything.
 */
export function* raw(request: RawRequest, all: boolean): Operation<RawResponse> {
  const frame = encodeFrame(checked(request, all));
  const [outcome] = yield [frame];
  return unwrap(frame, outcome!);
}

/** @returns A copy, because the caller may change the request before the reply arrives. */
function checked(request: RawRequest, all: boolean): RawRequest {
  checkObject(request, "request");
  for (const key of Object.keys(request)) {
    if (!KEYS.has(key)) throw new InvalidRequestError(key, "the protocol has no such property");
  }
  const { action, service, match, targets, values, attributes, type } = request as RawRequest & {
    type?: unknown;
  };
  if (type !== undefined && type !== "REQUEST") {
    throw new InvalidRequestError("type", 'expected "REQUEST"');
  }
  if (!ACTIONS.has(action)) {
    throw new InvalidRequestError("action", `expected one of ${[...ACTIONS].join(", ")}`);
  }
  checkService(service);
  if (match !== undefined && match !== "exact" && match !== "prefix") {
    throw new InvalidRequestError("match", 'expected "exact" or "prefix"');
  }
  const names = arrayOf(targets, "targets");
  const contents = arrayOf(values, "values");
  if (action === "write") {
    if (match === "prefix") {
      throw new InvalidRequestError("match", "a write takes exact names only");
    }
    if (names?.length !== contents?.length) {
      throw new InvalidRequestError("values", "expected one value for each target");
    }
  } else if (contents !== undefined) {
    throw new InvalidRequestError("values", "only a write takes values");
  }
  if (action === "delete" && match === "prefix") checkPrefixes(names ?? [], all);
  const copy = attributes === undefined ? undefined : attributesOf(attributes);
  return { action, service, match, targets: names, values: contents, attributes: copy };
}

function arrayOf(list: unknown, argument: string): string[] | undefined {
  if (list === undefined) return undefined;
  if (!Array.isArray(list)) throw new InvalidRequestError(argument, "expected an array");
  return listOf(list, argument);
}

function attributesOf(attributes: unknown): Record<string, string> {
  checkObject(attributes, "attributes");
  const entries = Object.entries(attributes);
  for (const [key, value] of entries) {
    checkText(key, "attributes");
    checkText(value, `attributes[${JSON.stringify(key)}]`);
  }
  return Object.fromEntries(entries);
}
