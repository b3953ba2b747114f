/**
 * Checks of arguments, before anything is sent. Messages name the argument, never a value.
 *
 * @module
 */

import { MAX_TIMEOUT } from "../clock.ts";
import { InvalidRequestError } from "../errors/request.ts";
import { Secret } from "./secret.ts";

/** Secrets to write: a record, a `Map`, or pairs of target and value. */
export type Entries =
  | Readonly<Record<string, string | Secret>>
  | Iterable<readonly [target: string, value: string | Secret]>;

export function checkObject(object: unknown, argument: string): asserts object is object {
  if (typeof object !== "object" || object === null) {
    throw new InvalidRequestError(argument, "expected an object");
  }
  // These have no keys, so their content would be silently ignored.
  if (typeof (object as { then?: unknown }).then === "function") {
    throw new InvalidRequestError(argument, "expected an object, got a promise; await it first");
  }
  if (Symbol.iterator in object && !Array.isArray(object)) {
    throw new InvalidRequestError(argument, "expected an object, got an iterable");
  }
}

/** @throws {InvalidRequestError} When `timeout` is not above 0 and at most 2,147,483,647. */
export function checkTimeout(timeout: unknown, argument: string): void {
  if (typeof timeout === "number" && timeout > 0 && timeout <= MAX_TIMEOUT) return;
  const got = typeof timeout === "number" ? `, got ${timeout}` : "";
  throw new InvalidRequestError(
    argument,
    `expected milliseconds above 0 and at most ${MAX_TIMEOUT}${got}`,
  );
}

/** @throws {InvalidRequestError} When `text` is not a string or holds a lone surrogate. */
export function checkText(text: unknown, argument: string): asserts text is string {
  if (typeof text !== "string") throw new InvalidRequestError(argument, "expected a string");
  if (!text.isWellFormed()) {
    // The daemon would silently store U+FFFD instead.
    throw new InvalidRequestError(
      argument,
      "it contains a lone surrogate, which UTF-8 cannot encode",
    );
  }
}

/**
 * The daemon names its entries `service + ":" + target`, so a service with a colon would share its
 * entries with another.
 *
 * @throws {InvalidRequestError} When the name is not usable.
 */
export function checkService(
  service: unknown,
  argument = "service",
): asserts service is string {
  checkText(service, argument);
  if (service === "") {
    throw new InvalidRequestError(argument, "expected a name, got an empty string");
  }
  if (service.includes(":")) {
    throw new InvalidRequestError(argument, 'the name must not contain ":"');
  }
}

/**
 * The longest list of a call. This many entries of 16 bytes fill the 64 MiB that may wait to be
 * sent. Without a limit, an endless iterable would take all memory.
 */
const MAX_LIST = 4 * 1024 * 1024;

/**
 * Copies a list while checking it, so that the caller cannot change what was checked.
 *
 * @throws {InvalidRequestError} When it contains anything but well-formed strings, or too many of
 * them.
 */
export function listOf(items: Iterable<unknown>, argument: string): string[] {
  const alone = Array.isArray(items) && items.length === 1;
  const list: string[] = [];
  for (const item of items) {
    if (typeof item !== "string" || !item.isWellFormed()) {
      checkText(item, alone ? argument : `${argument}[${list.length}]`);
    } else if (list.push(item) > MAX_LIST) throw tooMany(argument);
  }
  return list;
}

function tooMany(argument: string): InvalidRequestError {
  return new InvalidRequestError(argument, `expected at most ${MAX_LIST} entries`);
}

/** @throws {InvalidRequestError} When an empty prefix would delete everything by accident. */
export function checkPrefixes(prefixes: readonly string[], all: boolean): void {
  if (!all && prefixes.includes("")) {
    throw new InvalidRequestError(
      "prefix",
      "an empty prefix deletes every secret of the service; to do that, pass { all: true }",
    );
  }
}

/** @returns The targets, each once. */
export function targetsOf(targets: string | Iterable<string>, argument: string): string[] {
  if (typeof targets === "string") {
    checkText(targets, argument);
    return [targets];
  }
  if (typeof targets !== "object" || targets === null || !(Symbol.iterator in targets)) {
    throw new InvalidRequestError(argument, "expected a string or an iterable of strings");
  }
  const list = listOf(targets, argument);
  return list.length < 2 ? list : [...new Set(list)];
}

/** @throws {InvalidRequestError} For a promise, a date and the like, which would count as empty. */
function ownEntries(object: object): [string, unknown][] {
  checkObject(object, "entries");
  const own = Object.entries(object);
  const { getPrototypeOf } = Object;
  const prototype = getPrototypeOf(object);
  if (own.length === 0 && prototype !== null && getPrototypeOf(prototype) !== null) {
    throw new InvalidRequestError(
      "entries",
      "it is not a plain object and has no properties of its own",
    );
  }
  return own;
}

/** @returns The entries. The last of a repeated target wins. */
export function entriesOf(entries: Entries): Map<string, string> {
  if (typeof entries !== "object" || entries === null) {
    throw new InvalidRequestError("entries", "expected an object, a Map or an iterable of pairs");
  }
  const pairs: Iterable<unknown> = Symbol.iterator in entries ? entries : ownEntries(entries);
  const map = new Map<string, string>();
  let count = 0;
  for (const pair of pairs) {
    if (++count > MAX_LIST) throw tooMany("entries");
    if (!Array.isArray(pair) || pair.length !== 2) {
      throw new InvalidRequestError("entries", "expected pairs of target and value");
    }
    const [target, value] = pair as [unknown, unknown];
    checkText(target, "target");
    const text = value instanceof Secret ? value.reveal() : value;
    checkText(text, `value of ${JSON.stringify(target)}`);
    map.set(target, text);
  }
  return map;
}
