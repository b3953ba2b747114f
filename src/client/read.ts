/**
 * Reading.
 *
 * @module
 */

import { splitBatch } from "../protocol/encode.ts";
import { type Operation, valuesOf } from "./operation.ts";
import { Secret, type SecretMap } from "./secret.ts";

/** Reads plain values by whole names. Missing secrets are absent from the result. */
export function* find(
  service: string,
  targets: readonly string[],
): Operation<ReadonlyMap<string, string>> {
  const frames = splitBatch({ action: "read", service, targets });
  return valuesOf(frames, yield frames);
}

/** A prefix read, sorted by name. */
export function* readPrefix(service: string, prefixes: readonly string[]): Operation<SecretMap> {
  const frames = splitBatch({ action: "read", service, match: "prefix", targets: prefixes });
  const values = valuesOf(frames, yield frames);
  return secretsOf(values, [...values.keys()].sort());
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
