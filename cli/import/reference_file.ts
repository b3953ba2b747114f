/**
 * A dotenv file with references instead of secrets. Not `.env` itself, because Bun, Next and Vite
 * would pass the text `kca://…` to a program.
 *
 * @module
 */

import dotenv from "dotenv";
import { lstatSync } from "node:fs";
import { CommandError, EXIT, usageError } from "../exit_codes.ts";
import { putFile } from "../edit_file.ts";
import { formatVariables } from "../export/formats.ts";
import { listed } from "../terminal/printable.ts";
import type { ImportPlan } from "./plan.ts";

/**
 * @throws {CommandError} When the file already exists, because it may contain the only copy of a
 * value.
 */
export function checkReferences(path: string | undefined): void {
  if (path === undefined) return;
  if (/(?:^|[\\/])\.env$/.test(path)) {
    throw usageError(
      "--references: programs read .env themselves; choose another file, such as .env.kca",
    );
  }
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return;
  throw usageError(`--references: ${JSON.stringify(path)} already exists; choose another file`);
}

/** Writes a line for each variable of a plan. */
export function writeReferences(path: string | undefined, plan: ImportPlan): void {
  if (path === undefined) return;
  const { service } = plan.draft.project;
  const lines = new Map(plan.steps.map(({ name, target }) => [
    name,
    target === undefined
      ? plan.draft.project.secrets.get(name)!.default!
      : `kca://${percent(service)}/${target.split(/([:/])/).map(percent).join("")}`,
  ]));
  const { text, obstacles } = formatVariables(lines, "env", dotenv.parse);
  if (obstacles.length > 0) {
    const names = listed(obstacles.map(({ name }) => name));
    throw new CommandError(EXIT.failed, `${JSON.stringify(path)} cannot carry ${names}`);
  }
  putFile(path, undefined, text);
}

/** A reference that is the whole value may have `:` and `/` unencoded. */
function percent(text: string): string {
  return /^[:/]$/.test(text)
    ? text
    : encodeURIComponent(text).replace(/[!'()*]/g, (character) =>
      `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}
