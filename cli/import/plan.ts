/**
 * What an import will do, name by name, before it does anything.
 *
 * @module
 */

import type { Declaration } from "../../project/spec.ts";
import type { SecretMap } from "../../src/client/secret.ts";
import { usageError } from "../exit_codes.ts";
import type { Draft } from "./draft.ts";
import type { ImportSource } from "./source.ts";

/**
 * `store` and `replace` write a secret. `same` and `differs` leave what is stored. `default` writes
 * into the project file.
 */
export type PlannedAction = "store" | "replace" | "same" | "differs" | "default";

/** What becomes of one variable. */
export interface PlannedStep {
  readonly name: string;
  /** The secret's whole name; `undefined` for a default. */
  readonly target: string | undefined;
  readonly action: PlannedAction;
}

/** All of it. */
export interface ImportPlan {
  readonly source: ImportSource;
  readonly draft: Draft;
  readonly steps: readonly PlannedStep[];
  /** What is to be stored, by target. */
  readonly entries: ReadonlyMap<string, string>;
  /** What the daemon must have in the end: that, and what is stored already. */
  readonly expected: ReadonlyMap<string, string>;
  /** Variables whose values are lost with the file, because others are stored. */
  readonly lost: readonly string[];
}

/** @returns The secrets of an import by target. @throws {CommandError} When two are one. */
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

/** @param stored What is there already of the targets. */
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
