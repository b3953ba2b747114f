/**
 * Loads a typed object in one round trip.
 *
 * @module
 */

import { InvalidRequestError, InvalidSecretError, MissingSecretsError } from "../errors/request.ts";
import type { Operation } from "./operation.ts";
import { find } from "./read.ts";
import { redactObject } from "./redact_object.ts";
import { checkObject, checkText } from "./validate.ts";

/**
 * The used part of a validator that follows the Standard Schema specification, version 1, such as a
 * schema of Zod, Valibot or ArkType (standardschema.dev).
 */
export interface StandardSchema<T = unknown> {
  /** The property that holds all others of the specification. */
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (
      value: unknown,
      // deno-lint-ignore no-explicit-any -- further parameters of a validator
      ...rest: any[]
    ) => StandardResult<T> | Promise<StandardResult<T>>;
    readonly types?: { readonly input: unknown; readonly output: T } | undefined;
  };
}

/** The outcome of a Standard Schema validation. */
export type StandardResult<T> =
  | { readonly value: T; readonly issues?: undefined }
  | { readonly issues: readonly unknown[] };

/** One property to load. */
export interface LoadEntry<T = string> {
  /** The secret's name. */
  readonly target: string;
  /**
   * Converts the value: a function, or a Standard Schema validator. The function must not return
   * `undefined`, `NaN` or an invalid date. Its error is not kept, because it may quote the value.
   */
  readonly parse?: ((value: string) => T) | StandardSchema<T>;
  /** `true` when the secret may be missing. The property is then `undefined`. Default: `false`. */
  readonly optional?: boolean;
  /** The property of a missing secret. */
  readonly default?: T;
}

/** What to load: for each property the name of its secret, or an entry. */
// deno-lint-ignore no-explicit-any -- the only type that every T of LoadEntry<T> fits into
export type LoadSpec = Readonly<Record<string, string | LoadEntry<any>>>;

/** The type that an entry gives for a value. */
export type Parsed<E> = E extends { readonly parse: StandardSchema<infer T> } ? T
  : E extends { readonly parse: (value: string) => infer T } ? Awaited<T>
  : string;

/** The type that an entry gives for a missing secret. */
export type Missing<E> = E extends { readonly default: infer D } ? D
  : E extends { readonly optional: true } ? undefined
  : never;

/** The type of a property. A default that only widens the type of `parse` does not count. */
export type LoadedEntry<E> = [Parsed<E>] extends [Missing<E>] ? Parsed<E>
  : [Missing<E>] extends [Parsed<E>] ? Parsed<E>
  : Parsed<E> | Missing<E>;

/** The object that a {@linkcode LoadSpec} gives. */
export type Loaded<S extends LoadSpec> = { readonly [K in keyof S]: LoadedEntry<S[K]> };

/** One property with its name. */
export interface NamedEntry extends LoadEntry<unknown> {
  readonly name: string;
  /** What to do about a value that `parse` rejects, when storing another one does not help. */
  readonly advice?: string | undefined;
}

/**
 * Checks what to load.
 *
 * @throws {InvalidRequestError} Naming the property at fault.
 */
export function entriesToLoad(spec: LoadSpec): NamedEntry[] {
  checkObject(spec, "spec");
  return Object.entries(spec).map(([name, item]): NamedEntry => {
    const quoted = JSON.stringify(name);
    if (name === "toJSON") throw new InvalidRequestError("spec", 'the name "toJSON" is reserved');
    // A copy, so that the caller cannot change what was checked.
    const entry = typeof item === "string" ? { target: item } : { ...item };
    checkText(entry.target, `target of ${quoted}`);
    checkParser(entry.parse, `parse of ${quoted}`);
    return { ...entry, name };
  });
}

/** @throws {InvalidRequestError} When `parse` is neither a function nor a validator. */
export function checkParser(parse: unknown, argument: string): void {
  if (parse === undefined || typeof parse === "function" || isSchema(parse)) return;
  const expected = "expected a function or a Standard Schema validator";
  throw new InvalidRequestError(argument, expected);
}

/**
 * Reads what the entries need.
 *
 * @throws {MissingSecretsError} Naming every secret that is missing.
 */
export function* readEntries(
  service: string,
  entries: readonly NamedEntry[],
): Operation<ReadonlyMap<string, string>> {
  const targets = [...new Set(entries.map(({ target }) => target))];
  if (targets.length === 0) {
    yield [];
    return new Map();
  }
  const values = yield* find(service, targets);
  const missing = entries.filter((entry) =>
    !values.has(entry.target) && !entry.optional && entry.default === undefined
  );
  if (missing.length === 0) return values;
  throw new MissingSecretsError(service, [...new Set(missing.map(({ target }) => target))]);
}

/**
 * Converts one value.
 *
 * @returns The property, or a promise when `parse` returns one.
 * @throws {InvalidSecretError} When `parse` rejects the value.
 */
export function parsed(entry: NamedEntry, values: ReadonlyMap<string, string>): unknown {
  const value = values.get(entry.target);
  if (value === undefined) return entry.default;
  const { parse, target, advice } = entry;
  if (parse === undefined) return value;
  try {
    const result: unknown = isSchema(parse) ? parse["~standard"].validate(value) : parse(value);
    const finish = isSchema(parse) ? valueOf : (given: unknown) => given;
    if (!isPromise(result)) return checked(finish(result), target);
    return result.then((given) => checked(finish(given), target)).catch(() => {
      throw new InvalidSecretError(target, advice);
    });
  } catch {
    throw new InvalidSecretError(target, advice);
  }
}

/** The object, which shows only its names when it is logged or stringified. */
export function loaded(entries: readonly NamedEntry[], values: readonly unknown[]): object {
  return redactObject(Object.fromEntries(entries.map(({ name }, at) => [name, values[at]])));
}

/** True for a promise, including one of another realm. */
export function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === "function";
}

/** ArkType's schemas are functions, too. */
function isSchema(parse: unknown): parse is StandardSchema {
  return typeof (parse as Partial<StandardSchema> | null)?.["~standard"]?.validate === "function";
}

function valueOf(result: unknown): unknown {
  const { issues, value } = result as { issues?: readonly unknown[]; value: unknown };
  if (issues !== undefined) throw new TypeError("The validator rejected the value");
  return value;
}

/** Rejects results that are mistakes of `parse`: `NaN`, or nothing at all. */
function checked(value: unknown, target: string): unknown {
  if (value === undefined || Number.isNaN(value)) throw new InvalidSecretError(target);
  if (value instanceof Date && Number.isNaN(value.getTime())) throw new InvalidSecretError(target);
  return value;
}
