/**
 * Changes scripts of package.json and tasks of deno.json to run with the project's secrets.
 *
 * @module
 */

import { join } from "node:path";
import { parse } from "jsonc-parser";
import { changedJson, type JsonChange } from "../edit_file.ts";
import { usageError } from "../exit_codes.ts";
import { foundText } from "../found_file.ts";

/** A file before and after. */
export interface EditedFile {
  readonly path: string;
  readonly before: string;
  readonly text: string;
}

/** The files with scripts, and their key. */
const PLACES = [["package.json", "scripts"], ["deno.json", "tasks"], [
  "deno.jsonc",
  "tasks",
]] as const;
const RUN = "kca run -- ";

/**
 * @param folder Where the project is.
 * @param names The scripts to change.
 * @returns The changed files.
 * @throws {CommandError} When there is no such script, or putting `kca run` before its command
 * would not be enough.
 */
export function changedScripts(folder: string, names: readonly string[]): EditedFile[] {
  const left = new Set(names);
  const edited: EditedFile[] = [];
  const known: string[] = [];
  for (const [file, key] of PLACES) {
    const path = join(folder, file);
    const before = left.size === 0 ? undefined : foundText(path);
    if (before === undefined) continue;
    const scripts = (parse(before) ?? {})[key] ?? {};
    const changes: JsonChange[] = [];
    for (const [name, script] of Object.entries(scripts)) {
      known.push(name);
      if (!left.delete(name)) continue;
      const isText = typeof script === "string";
      const command = isText ? script : (script as { command?: unknown } | null)?.command;
      if (typeof command !== "string") throw wrong(name, "it has no command");
      if (command.startsWith(RUN)) continue;
      checkCommand(name, command);
      changes.push([[key, name, ...isText ? [] : ["command"]], RUN + command]);
    }
    if (changes.length > 0) edited.push({ path, before, text: changedJson(before, changes) });
  }
  for (const name of left) {
    throw wrong(
      name,
      `there is no such script; expected one of ${known.join(", ") || "no scripts"}`,
    );
  }
  return edited;
}

/** A shell would run the rest without `kca`, or expand a variable before `kca` starts. */
function checkCommand(name: string, command: string): void {
  if (!/[&|;<>$`()\n]|^\s*\w+=/.test(command)) return;
  throw wrong(
    name,
    "it is more than one plain command; put `kca run --` before its program yourself",
  );
}

function wrong(name: string, why: string): Error {
  return usageError(`--scripts ${JSON.stringify(name)}: ${why}. Nothing was done`);
}
