/**
 * Reading.
 *
 * @module
 */

import { type Frame, splitBatch } from "../protocol/encode.ts";
import type { RawMatch } from "../protocol/envelope.ts";
import { type Operation, valuesOf } from "./operation.ts";
import { Secret, type SecretMap } from "./secret.ts";

/** The requests of a read; none for no names, which the daemon would call malformed. */
export function readFrames(
  service: string,
  targets: readonly string[],
  match: RawMatch = "exact",
): Frame[] {
  return targets.length === 0 ? [] : splitBatch({ action: "read", service, match, targets });
}

/** An exact read of plain values. Misses are absent. */
export function* find(service: string, targets: readonly string[]): Operation<Map<string, string>> {
  const frames = readFrames(service, targets);
  return valuesOf(frames, yield frames);
}

/** A prefix read, sorted by name. */
export function* readPrefix(service: string, prefixes: readonly string[]): Operation<SecretMap> {
  const frames = readFrames(service, prefixes, "prefix");
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
