/**
 * A typed object from one round trip.
 *
 * @module
 */

import { checkText } from "./validate.ts";
import { InvalidRequestError, InvalidSecretError, MissingSecretsError } from "../errors/request.ts";
import { type Operation, query } from "./operations.ts";
import { redactObject } from "./secret.ts";

/** One property to load. */
export interface LoadEntry<T = string> {
  /** The secret's name. */
  readonly target: string;
  /** Makes something of the value. What it throws is not kept, for it may quote the value. */
  readonly parse?: (value: string) => T;
  /** Whether it may be missing; the property is then `undefined`. Default: `false`. */
  readonly optional?: boolean;
  /** What a missing one becomes. */
  readonly default?: T;
}

/** What to load: for each property the name of its secret, or an entry. */
// deno-lint-ignore no-explicit-any -- the only type that every T of LoadEntry<T> fits into
export type LoadSpec = Readonly<Record<string, string | LoadEntry<any>>>;

/** What an entry makes of a value. */
export type Parsed<E> = E extends { readonly parse: (value: string) => infer T } ? T : string;

/** What an entry makes of a missing secret. */
export type Missing<E> = E extends { readonly default: infer D } ? D
  : E extends { readonly optional: true } ? undefined
  : never;

/** What an entry loads to. A default that only widens what `parse` gives does not count. */
export type LoadedEntry<E> = [Parsed<E>] extends [Missing<E>] ? Parsed<E>
  : [Missing<E>] extends [Parsed<E>] ? Parsed<E>
  : Parsed<E> | Missing<E>;

/** What {@linkcode LoadSpec} loads to. */
export type Loaded<S extends LoadSpec> = { readonly [K in keyof S]: LoadedEntry<S[K]> };

/** Loads all properties with one read. */
export function* load<S extends LoadSpec>(service: string, spec: S): Operation<Loaded<S>> {
  if (typeof spec !== "object" || spec === null) {
    throw new InvalidRequestError("spec", "it is not an object");
  }
  const entries = Object.entries(spec).map(([name, item]): [string, LoadEntry<unknown>] => {
    const entry = typeof item === "string" ? { target: item } : item;
    checkText(entry?.target, `target of ${JSON.stringify(name)}`);
    if (entry.parse !== undefined && typeof entry.parse !== "function") {
      throw new InvalidRequestError(`parse of ${JSON.stringify(name)}`, "it is not a function");
    }
    if (name === "toJSON") throw new InvalidRequestError("spec", 'the name "toJSON" is taken');
    return [name, entry];
  });
  const targets = [...new Set(entries.map(([, { target }]) => target))];
  // Nothing is asked for nothing, but of a closed client it is an error all the same.
  if (targets.length === 0) yield [];
  const results = targets.length === 0 ? [] : yield* query("read", service, "exact", targets);
  const values = new Map(results.map(({ target, value = "" }) => [target, value]));
  const missing = entries.filter(([, entry]) =>
    !values.has(entry.target) && !entry.optional && entry.default === undefined
  );
  if (missing.length > 0) {
    throw new MissingSecretsError(service, [...new Set(missing.map(([, { target }]) => target))]);
  }
  const object = Object.fromEntries(entries.map(([name, entry]) => {
    const value = values.get(entry.target);
    return [name, value === undefined ? entry.default : parsed(entry, value)];
  }));
  return redactObject(object) as Loaded<S>;
}

function parsed({ target, parse }: LoadEntry<unknown>, value: string): unknown {
  if (parse === undefined) return value;
  try {
    return parse(value);
  } catch {
    throw new InvalidSecretError(target);
  }
}
