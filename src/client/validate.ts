/**
 * Checks of what a caller asks, before anything is sent. Messages name the argument, never a value.
 *
 * @module
 */

import { InvalidRequestError } from "../errors/request.ts";
import type { Action, Request } from "../protocol/envelope.ts";
import { Secret } from "./secret.ts";

/** What can be written: a record, a `Map`, or pairs of target and value. */
export type Entries =
  | Readonly<Record<string, string | Secret>>
  | Iterable<readonly [target: string, value: string | Secret]>;

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

/** @throws {InvalidRequestError} When `text` is not a string or holds a lone surrogate. */
export function checkText(text: unknown, argument: string): asserts text is string {
  if (typeof text !== "string") throw new InvalidRequestError(argument, "it is not a string");
  if (!text.isWellFormed()) {
    // The daemon would store U+FFFD in its place and tell nobody.
    throw new InvalidRequestError(argument, "it holds a lone surrogate");
  }
}

/**
 * The daemon names its entries `service + ":" + target`, so a service with a colon would share its
 * entries with another.
 *
 * @throws {InvalidRequestError} When the service is no usable name.
 */
export function checkService(service: unknown): asserts service is string {
  checkText(service, "service");
  if (service === "") throw new InvalidRequestError("service", "it is empty");
  if (service.includes(":")) throw new InvalidRequestError("service", 'it holds a ":"');
}

/** @throws {InvalidRequestError} When `list` is not an array of well-formed strings. */
export function checkList(list: unknown, argument: string): asserts list is readonly string[] {
  if (!Array.isArray(list)) throw new InvalidRequestError(argument, "it is not an array");
  for (let index = 0; index < list.length; index++) {
    checkText(list[index], list.length === 1 ? argument : `${argument}[${index}]`);
  }
}

/**
 * Checks a raw envelope.
 *
 * @param all Whether the caller said that everything may be deleted.
 * @throws {InvalidRequestError} Naming the property at fault.
 */
export function checkRequest(request: Request, all: boolean): void {
  if (typeof request !== "object" || request === null) {
    throw new InvalidRequestError("request", "it is not an object");
  }
  for (const key of Object.keys(request)) {
    if (!KEYS.has(key)) throw new InvalidRequestError(key, "the protocol has no such property");
  }
  const { action, service, match, targets, values, attributes } = request;
  const type: unknown = (request as { type?: unknown }).type;
  if (type !== undefined && type !== "REQUEST") {
    throw new InvalidRequestError("type", 'it is not "REQUEST"');
  }
  if (!ACTIONS.has(action)) {
    throw new InvalidRequestError("action", `it is none of ${[...ACTIONS].join(", ")}`);
  }
  checkService(service);
  if (match !== undefined && match !== "exact" && match !== "prefix") {
    throw new InvalidRequestError("match", 'it is neither "exact" nor "prefix"');
  }
  if (targets !== undefined) checkList(targets, "targets");
  if (values !== undefined) checkList(values, "values");
  if (action === "write") {
    if (match === "prefix") {
      throw new InvalidRequestError("match", "a write takes whole names only");
    }
    if (targets?.length !== values?.length) {
      throw new InvalidRequestError("values", "there must be one for each target");
    }
  } else if (values !== undefined) {
    throw new InvalidRequestError("values", "only a write takes them");
  }
  if (action === "delete" && match === "prefix") checkPrefixes(targets ?? [], all);
  if (attributes !== undefined) checkAttributes(attributes);
}

/** @throws {InvalidRequestError} When an empty prefix would delete everything unasked. */
export function checkPrefixes(prefixes: readonly string[], all: boolean): void {
  if (!all && prefixes.includes("")) {
    throw new InvalidRequestError(
      "prefix",
      "an empty one deletes every secret of the service; say { all: true } if you mean it",
    );
  }
}

function checkAttributes(attributes: unknown): void {
  if (typeof attributes !== "object" || attributes === null || Array.isArray(attributes)) {
    throw new InvalidRequestError("attributes", "it is not an object");
  }
  for (const [key, value] of Object.entries(attributes)) {
    checkText(key, "attributes");
    checkText(value, `attributes[${JSON.stringify(key)}]`);
  }
}

/** @returns Targets as a caller gives them, each once. */
export function targetsOf(targets: string | Iterable<string>, argument: string): string[] {
  if (typeof targets === "string") {
    checkText(targets, argument);
    return [targets];
  }
  if (typeof targets !== "object" || targets === null || !(Symbol.iterator in targets)) {
    throw new InvalidRequestError(argument, "it is neither a string nor a list of strings");
  }
  const list = [...targets];
  checkList(list, argument);
  return list.length < 2 ? list : [...new Set(list)];
}

/** @returns Entries as a caller gives them; the last of a repeated target wins. */
export function entriesOf(entries: Entries): Map<string, string> {
  if (typeof entries !== "object" || entries === null) {
    throw new InvalidRequestError("entries", "it is no record, Map or list of pairs");
  }
  const pairs: Iterable<unknown> = Symbol.iterator in entries ? entries : Object.entries(entries);
  const map = new Map<string, string>();
  for (const pair of pairs) {
    if (!Array.isArray(pair) || pair.length !== 2) {
      throw new InvalidRequestError("entries", "it holds something that is no pair");
    }
    const [target, value] = pair as [unknown, unknown];
    checkText(target, "target");
    const text = value instanceof Secret ? value.reveal() : value;
    checkText(text, `value of ${JSON.stringify(target)}`);
    map.set(target, text);
  }
  return map;
}
