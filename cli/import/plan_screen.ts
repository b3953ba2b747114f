/**
 * Shows a plan: names and targets, never values.
 *
 * @module
 */

import type { Project } from "../../project/spec.ts";
import { shellWord } from "../../src/errors/shell_word.ts";
import type { ImportSource } from "./source.ts";
import type { ImportPlan, PlannedAction } from "./plan.ts";

const WORDS: Readonly<Record<PlannedAction, string>> = {
  store: "store",
  replace: "replace",
  same: "stored",
  differs: "keep",
  default: "default",
};

/** @returns Lines, without a last newline. */
export function screenOf({ source, draft, steps, lost }: ImportPlan): string {
  const { project, path, before, text, needs } = draft;
  const profile = needs.profile === undefined ? "" : `, profile ${needs.profile}`;
  const state = before === undefined ? "new" : text === before ? "unchanged" : "edited";
  const word = Math.max(...steps.map(({ action }) => WORDS[action].length));
  const wide = Math.max(...steps.map(({ name }) => name.length));
  const rows = steps.map(({ name, target, action }) => {
    const where = target ??
      (action === "default" ? "in the project file, readable by everyone" : "");
    const why = action !== "differs"
      ? ""
      : target === undefined
      ? "the project file has another default, which stays without --replace"
      : "  has another value, which stays without --replace";
    return `  ${WORDS[action].padEnd(word)}  ${name.padEnd(wide)}  ${where}${why}`;
  });
  return [
    `Import ${source.label} into service ${project.service}${profile}`,
    `Project file ${JSON.stringify(path)} (${state})`,
    ...rows,
    ...notesOf(source, project).map((note) => `Note: ${note}`),
    ending(source, lost),
  ].join("\n");
}

/** @returns Further notes for the user. Names, never values. */
function notesOf({ notes, siblings }: ImportSource, { profiles }: Project): string[] {
  return [
    ...notes,
    ...siblings.map(({ path, profile }) =>
      `${JSON.stringify(path)} is in the same folder and is not imported${
        profile === undefined
          ? "; programs prefer it to .env"
          : profiles.has(profile)
          ? `: kca import ${shellWord(path)} --profile ${profile}`
          : `; kca.json has no profile ${profile}`
      }`
    ),
  ];
}

function ending({ remove, label }: ImportSource, lost: readonly string[]): string {
  if (remove === undefined) return `${label} stays as it is`;
  if (lost.length === 0) return `${label} is deleted after all values are stored and read back`;
  return `${label} stays, because it has the only copy of ${lost.join(", ")}. Take its values ` +
    "with --replace, or delete it yourself";
}

/** @returns The plan as an object, for --json. */
export function reportOf(plan: ImportPlan, dryRun: boolean): object {
  const { draft, steps, source, lost } = plan;
  const named = (wanted: PlannedAction): string[] =>
    steps.filter(({ action }) => action === wanted).map(({ name }) => name);
  return {
    project: draft.path,
    service: draft.project.service,
    profile: draft.needs.profile ?? null,
    stored: named("store"),
    replaced: named("replace"),
    same: named("same"),
    kept: named("differs"),
    defaults: named("default"),
    deleted: !dryRun && source.remove !== undefined && lost.length === 0,
    notes: notesOf(source, draft.project),
    dryRun,
  };
}
