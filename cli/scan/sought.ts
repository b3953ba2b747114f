/**
 * The values of a project to search for.
 *
 * @module
 */

import type { Need, Needs } from "../../project/resolve.ts";
import { isSearchable } from "./needles.ts";

/** A secret of the project, with the profiles in which it has the same value. */
export interface NamedSecret {
  readonly name: string;
  /** None if the project has no profiles. */
  readonly profiles: readonly string[];
}

/** A value with its secrets; secrets with the same value share it. */
export interface SoughtValue {
  readonly value: string;
  readonly secrets: readonly NamedSecret[];
}

/** The values to search for, and those that are not searched for. */
export interface Sought {
  readonly values: readonly SoughtValue[];
  /** Secrets whose values are too short to search for. */
  readonly short: readonly NamedSecret[];
  /** Secrets without a value. */
  readonly missing: readonly NamedSecret[];
}

/**
 * Sorts the secrets of a project by whether they can be searched for. Leaves out public secrets,
 * and values that are defaults in the project.
 *
 * @param all The needs of each profile.
 * @param valueOf Returns the value of a need in a profile.
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
