/**
 * Plans an import, name by name, before anything is done.
 *
 * @module
 */

import type { Declaration } from "../../project/spec.ts";
import type { SecretMap } from "../../src/client/secret.ts";
import { usageError } from "../exit_codes.ts";
import type { Draft } from "./draft.ts";
import type { ImportSource } from "./source.ts";

/**
 * `store` and `replace` write a secret. `same` and `differs` keep the stored value. `default`
 * writes into the project file.
 */
export type PlannedAction = "store" | "replace" | "same" | "differs" | "default";

/** The plan for one variable. */
export interface PlannedStep {
  readonly name: string;
  /** The secret's whole name; `undefined` for a default. */
  readonly target: string | undefined;
  readonly action: PlannedAction;
}

/** The whole plan. */
export interface ImportPlan {
  readonly source: ImportSource;
  readonly draft: Draft;
  readonly steps: readonly PlannedStep[];
  /** The values to store, by target. */
  readonly entries: ReadonlyMap<string, string>;
  /** What the daemon must have at the end: these, and the values that are already stored. */
  readonly expected: ReadonlyMap<string, string>;
  /** Variables whose values would be lost with the file, because other values are stored. */
  readonly lost: readonly string[];
}

/**
 * @returns The secrets of an import by target. @throws {CommandError} When two variables have the
 * same target and different values.
 */
export function targetsOf(
  { variables }: ImportSource,
  { needs }: Draft,
  plain: ReadonlySet<string>,
): Map<string, { readonly name: string; readonly value: string }> {
  const targets = new Map<string, { name: string; value: string }>();
  for (const { name, target } of needs.secrets) {
    const value = variables.get(name);
    if (value === undefined || plain.has(name)) continue;
    const other = targets.get(target);
    if (other !== undefined && other.value !== value) {
      throw usageError(
        `${JSON.stringify(other.name)} and ${
          JSON.stringify(name)
        } have different values, and the ` +
          `project keeps both in ${JSON.stringify(target)}`,
      );
    }
    targets.set(target, { name, value });
  }
  return targets;
}

/** @param stored The values that the targets already have. */
export function planOf(
  source: ImportSource,
  draft: Draft,
  wanted: ReturnType<typeof targetsOf>,
  stored: SecretMap,
  options: { readonly plain: ReadonlySet<string>; readonly replace: boolean },
): ImportPlan {
  const entries = new Map<string, string>();
  const expected = new Map<string, string>();
  const steps = [...wanted].map(([target, { name, value }]): PlannedStep => {
    const there = stored.get(target)?.reveal();
    if (there === undefined || there === value || options.replace) expected.set(target, value);
    if (there === value) return { name, target, action: "same" };
    if (there !== undefined && !options.replace) return { name, target, action: "differs" };
    entries.set(target, value);
    return { name, target, action: there === undefined ? "store" : "replace" };
  });
  for (const name of options.plain) {
    const { default: written } = draft.project.secrets.get(name) as Declaration;
    const same = written === source.variables.get(name);
    steps.push({ name, target: undefined, action: same ? "default" : "differs" });
  }
  const lost = steps.filter(({ action }) => action === "differs").map(({ name }) => name);
  return { source, draft, steps, entries, expected, lost };
}
