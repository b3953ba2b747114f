/**
 * Bun's rules for arguments, in Bun's order: the first broken rule determines the error.
 *
 * @module
 */

import { argumentError } from "./errors.ts";

interface Name {
  readonly service: string;
  readonly name: string;
}

interface Entry extends Name {
  readonly value: string;
}

/** The arguments of `get()`: two strings, or an object. */
export function argumentsOf(args: readonly unknown[]): Name {
  const [service, name] = args;
  const strings = typeof service === "string" && typeof name === "string";
  return checked(strings ? { service, name, value: "" } : nameIn(objectOf(args)));
}

/** The arguments of `delete()`: three strings, the last of which is ignored, or an object. */
export function argumentsToDelete(args: readonly unknown[]): Name {
  return checked(threeStrings(args) ?? nameIn(objectOf(args)));
}

/** The arguments of `set()`: three strings, or an object. */
export function argumentsToSet(args: readonly unknown[]): Entry {
  return checked(threeStrings(args) ?? entryIn(objectOf(args)));
}

function threeStrings([service, name, value]: readonly unknown[]): Entry | undefined {
  return typeof service === "string" && typeof name === "string" && typeof value === "string"
    ? { service, name, value }
    : undefined;
}

function objectOf([options]: readonly unknown[]): object {
  if (typeof options === "object" && options !== null) return options;
  if (typeof options === "function") return options;
  throw argumentError("Expected options to be an object");
}

function nameIn(options: object): Entry {
  const service = property(options, "service");
  const name = property(options, "name");
  if (typeof service !== "string" || typeof name !== "string") {
    throw argumentError("Expected service and name to be strings");
  }
  return { service, name, value: "" };
}

function entryIn(options: object): Entry {
  const entry = nameIn(options);
  const value = property(options, "value");
  if (value === undefined || value === null) {
    throw argumentError(
      "Expected 'value' to be a string. To delete the secret, call secrets.delete instead.",
    );
  }
  if (typeof value !== "string") throw argumentError("Expected 'value' to be a string");
  property(options, "allowUnrestrictedAccess");
  const persist = property(options, "persist");
  if (persist !== undefined && persist !== "local" && persist !== "enterprise") {
    throw argumentError(
      "The property 'options.persist' must be one of: `local`, `enterprise`",
      "ERR_INVALID_ARG_VALUE",
    );
  }
  return { ...entry, value };
}

/** Reads a property, but not one from `Object.prototype`. */
function property(options: object, key: string): unknown {
  let holder: object | null = Object.hasOwn(Object.prototype, key) ? options : null;
  while (holder !== null && !Object.hasOwn(holder, key)) holder = Object.getPrototypeOf(holder);
  return holder === Object.prototype ? undefined : Reflect.get(options, key);
}

function checked(entry: Entry): Entry {
  const { service, name, value } = entry;
  if (service === "" || name === "") {
    throw argumentError("Expected service and name to not be empty");
  }
  if ([service, name, value].some((text) => text.includes("\0"))) {
    throw argumentError(
      "Expected service, name, and value to be strings without null bytes",
      "ERR_INVALID_ARG_VALUE",
    );
  }
  return entry;
}
