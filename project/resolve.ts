/**
 * Finds out which secrets a profile needs, and takes each value from the right place.
 *
 * @module
 */

import { InvalidRequestError } from "../src/errors/request.ts";
import { type Declaration, PROFILE_PLACE, type Project } from "./spec.ts";

/** One needed secret. */
export interface Need extends Declaration {
  /** The secret's whole name in the service. */
  readonly target: string;
  /** Whether the program needs it to start. */
  readonly required: boolean;
}

/** The secrets to read. */
export interface Needs {
  readonly project: Project;
  /** The profile, if the project has profiles. */
  readonly profile: string | undefined;
  /** The secrets in the order of the file. */
  readonly secrets: readonly Need[];
}

/** The caller's choice. */
export interface Choice {
  /** A profile, and the name of its source for messages. */
  readonly profile?: { readonly name: string; readonly from: string } | undefined;
  /** Only these variables. */
  readonly only?: readonly string[] | undefined;
}

/** Where a value comes from. */
export type Origin = "stored" | "environment" | "file" | "default";

/** A value and where it comes from. */
export interface FoundValue {
  readonly value: string;
  readonly origin: Origin;
}

/**
 * @returns What a profile of the project needs.
 * @throws {InvalidRequestError} When the project declares no such profile, or no such secret.
 */
export function needsOf(project: Project, { profile, only }: Choice = {}): Needs {
  const chosen = profileOf(project, profile);
  const named = only && new Set(only);
  for (const name of named ?? []) {
    if (!project.secrets.has(name)) {
      throw new InvalidRequestError(
        "only",
        `the project declares no secret called ${quoted(name)}`,
      );
    }
  }
  const required = chosen === undefined ? undefined : project.profiles.get(chosen);
  const secrets = [...project.secrets.values()]
    .filter(({ name }) => named === undefined || named.has(name))
    .map((secret): Need => ({
      ...secret,
      target: targetOf(project, secret, chosen),
      required: secret.default === undefined && (!secret.optional || !!required?.has(secret.name)),
    }));
  return { project, profile: chosen, secrets };
}

function profileOf({ profiles, profile }: Project, chosen: Choice["profile"]): string | undefined {
  const name = chosen?.name ?? profile;
  const known = [...profiles.keys()];
  if (name === undefined) {
    if (known.length === 0) return undefined;
    const choose = `choose one of ${known.join(", ")}; the project has no "profile" of its own`;
    throw new InvalidRequestError("profile", choose);
  }
  if (profiles.has(name)) return name;
  const has = known.length === 0 ? "it declares none" : `it has ${known.join(", ")}`;
  throw new InvalidRequestError(
    chosen?.from ?? "spec.profile",
    `the project declares no profile called ${quoted(name)}; ${has}`,
  );
}

function targetOf({ prefix }: Project, secret: Declaration, profile: string | undefined): string {
  const { target = prefix + secret.name } = secret;
  return profile === undefined ? target : target.replaceAll(PROFILE_PLACE, () => profile);
}

/**
 * Takes each value from the first place that has it; the default comes last.
 *
 * @param secrets The needed secrets.
 * @param look One function for each place, in order. Returns a secret's value, or `undefined`.
 * @returns The values by variable.
 */
export function takeValues(
  secrets: readonly Need[],
  ...look: ((secret: Need) => FoundValue | undefined)[]
): Map<string, FoundValue> {
  const values = new Map<string, FoundValue>();
  for (const secret of secrets) {
    const fallback = secret.default;
    const last = (): FoundValue | undefined =>
      fallback === undefined ? undefined : { value: fallback, origin: "default" };
    for (const place of [...look, last]) {
      const found = place(secret);
      if (found === undefined) continue;
      values.set(secret.name, found);
      break;
    }
  }
  return values;
}

function quoted(name: unknown): string {
  return JSON.stringify(String(name).slice(0, 60));
}
