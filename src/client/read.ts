/**
 * Reading.
 *
 * @module
 */

import type { RawResult } from "../protocol/envelope.ts";
import { type Operation, query } from "./operation.ts";
import { Secret, type SecretMap } from "./secret.ts";

/** An exact read of plain values. Misses are absent. */
export function* find(service: string, targets: readonly string[]): Operation<Map<string, string>> {
  return valuesOf(yield* query("read", service, targets));
}

/** A prefix read, sorted by name. */
export function* readPrefix(service: string, prefixes: readonly string[]): Operation<SecretMap> {
  const values = valuesOf(yield* query("read", service, prefixes, "prefix"));
  return secretsOf(values, [...values.keys()].sort());
}

/** Plain values by name. The daemon leaves an empty value out. */
export function valuesOf(results: readonly RawResult[]): Map<string, string> {
  return new Map(results.map(({ target, value = "" }) => [target, value]));
}

/** The secrets that exist, in the order of the names. */
export function secretsOf(values: ReadonlyMap<string, string>, names: Iterable<string>): SecretMap {
  const secrets: SecretMap = new Map();
  for (const name of names) {
    const value = values.get(name);
    if (value !== undefined) secrets.set(name, new Secret(value));
  }
  return secrets;
}
