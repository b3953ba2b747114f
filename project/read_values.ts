/**
 * The values of a project: read from the daemon in one request, or taken from a source without a
 * daemon.
 *
 * @module
 */

import type { SecretMap } from "../src/client/secret.ts";
import { type FoundValue, type Need, type Needs, takeValues } from "./resolve.ts";
import { checkEnvironment, fromFolder, type Source } from "./source.ts";

/** The places to look up values. */
export interface Places {
  readonly source: Source;
  /** Reads secrets by their whole names. Called at most once. */
  read(service: string, targets: readonly string[]): Promise<ReadonlyMap<string, FoundValue>>;
  /** The value of a secret in the environment. */
  environment(need: Need): FoundValue | undefined;
  /** Whether the environment overrides the stored secret. */
  prefersEnvironment?(need: Need): boolean;
}

/** @returns The values found, by variable: stored, else the environment's, else the default. */
export async function readValues(
  { project, secrets }: Needs,
  { source, read, environment, prefersEnvironment = () => false }: Places,
): Promise<Map<string, FoundValue>> {
  if (source.kind === "env") checkEnvironment(secrets);
  const targets = source.kind === "daemon" ? secrets.map(({ target }) => target) : [];
  const stored = targets.length === 0 ? new Map() : await read(project.service, targets);
  return takeValues(
    secrets,
    (need) => prefersEnvironment(need) ? environment(need) : undefined,
    ...placesOf({ source, stored, environment }),
  );
}

/** @returns The places to look up a value, in order. The default comes after them. */
export function placesOf(
  { source, stored, environment }: Pick<Places, "source" | "environment"> & {
    readonly stored: ReadonlyMap<string, FoundValue>;
  },
): ((need: Need) => FoundValue | undefined)[] {
  switch (source.kind) {
    case "env":
      return [environment];
    case "dir":
      return [fromFolder(source.folder), environment];
    case "daemon":
      return [(need) => stored.get(need.target), environment];
  }
}

/** @returns The values read, by whole names. */
export function storedOf(secrets: SecretMap): Map<string, FoundValue> {
  return new Map([...secrets].map(([target, secret]) => [
    target,
    { value: secret.reveal(), origin: "stored" },
  ]));
}
