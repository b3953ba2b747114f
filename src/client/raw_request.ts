/**
 * Raw requests, for callers who want the protocol as it is.
 *
 * @module
 */

import { InvalidRequestError } from "../errors/request.ts";
import { encodeFrame } from "../protocol/encode.ts";
import type { Action, RawRequest, RawResponse } from "../protocol/envelope.ts";
import { type Operation, unwrap } from "./operation.ts";
import { checkList, checkObject, checkPrefixes, checkService, checkText } from "./validate.ts";

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
 * Sends one request, validated but neither cut nor repaired.
 *
 * @param request The request.
 * @param all Whether the caller permits to delete everything.
 */
export function* raw(request: RawRequest, all: boolean): Operation<RawResponse> {
  checkRequest(request, all);
  // The caller may change the array while the reply is on its way.
  const frame = encodeFrame({ ...request, targets: request.targets && [...request.targets] });
  const [outcome] = yield [frame];
  return unwrap(frame, outcome!);
}

function checkRequest(request: RawRequest, all: boolean): void {
  checkObject(request, "request");
  for (const key of Object.keys(request)) {
    if (!KEYS.has(key)) throw new InvalidRequestError(key, "the protocol has no such property");
  }
  const { action, service, match, targets, values, attributes } = request;
  const type: unknown = (request as { type?: unknown }).type;
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
  if (targets !== undefined) checkList(targets, "targets");
  if (values !== undefined) checkList(values, "values");
  if (action === "write") {
    if (match === "prefix") {
      throw new InvalidRequestError("match", "a write takes exact names only");
    }
    if (targets?.length !== values?.length) {
      throw new InvalidRequestError("values", "expected one value for each target");
    }
  } else if (values !== undefined) {
    throw new InvalidRequestError("values", "only a write takes values");
  }
  if (action === "delete" && match === "prefix") checkPrefixes(targets ?? [], all);
  if (attributes !== undefined) checkAttributes(attributes);
}

function checkAttributes(attributes: unknown): void {
  checkObject(attributes, "attributes");
  for (const [key, value] of Object.entries(attributes)) {
    checkText(key, "attributes");
    checkText(value, `attributes[${JSON.stringify(key)}]`);
  }
}
