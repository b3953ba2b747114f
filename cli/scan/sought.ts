/**
 * The values of a project that must stand in no file.
 *
 * @module
 */

import type { Need, Needs } from "../../project/resolve.ts";
import { isSearchable } from "./needles.ts";

/** A secret of the project, with the profiles in which it has one and the same value. */
export interface NamedSecret {
  readonly name: string;
  /** None where the project has none. */
  readonly profiles: readonly string[];
}

/** A value and what it is called; secrets that have the same value share it. */
export interface SoughtValue {
  readonly value: string;
  readonly secrets: readonly NamedSecret[];
}

/** What there is to search for. */
export interface Sought {
  readonly values: readonly SoughtValue[];
  /** What has a value that is too short to be searched for. */
  readonly short: readonly NamedSecret[];
  /** What has no value. */
  readonly missing: readonly NamedSecret[];
}

/**
 * Sorts what a project needs by what can be searched for. Leaves out what the project declares as
 * public, and values that stand in the project as defaults.
 *
 * @param all What each profile needs.
 * @param valueOf The value that a profile has for a need.
 */
export function soughtOf(
  all: readonly Needs[],
  valueOf: (need: Need) => string | undefined,
): Sought {
  const values = new Map<string, Names>();
  const short = new Names();
  const missing = new Names();
  for (const { profile, secrets } of all) {
    for (const need of secrets.filter((secret) => !secret.public)) {
      const value = valueOf(need);
      if (value === undefined) {
        if (need.default === undefined) missing.add(need.name, profile);
      } else if (!isSearchable(value)) short.add(need.name, profile);
      else if (value !== need.default) {
        const names = values.get(value) ?? new Names();
        values.set(value, names);
        names.add(need.name, profile);
      }
    }
  }
  return {
    values: [...values].map(([value, names]) => ({ value, secrets: names.list() })),
    short: short.list(),
    missing: missing.list(),
  };
}

/** Names of secrets, each with its profiles. */
class Names {
  readonly #profiles = new Map<string, string[]>();

  add(name: string, profile: string | undefined): void {
    const profiles = this.#profiles.get(name) ?? [];
    this.#profiles.set(name, profiles);
    if (profile !== undefined) profiles.push(profile);
  }

  list(): NamedSecret[] {
    return [...this.#profiles].map(([name, profiles]) => ({ name, profiles }));
  }
}
