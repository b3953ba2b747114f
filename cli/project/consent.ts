/**
 * Asks the user to allow a project, and records the permission.
 *
 * @module
 */

import { appendFileSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { type Consent, lineOf, recorded, recordPath } from "../../project/file/allowed.ts";
import { findFile } from "../../project/file/find_file.ts";
import { shellWord } from "../../src/errors/shell_word.ts";
import { env } from "../../src/runtime.ts";
import type { Context } from "../context.ts";
import { CommandError, EXIT, usageError } from "../exit_codes.ts";
import { cannotWrite } from "../replace_file.ts";
import { printable } from "../terminal/printable.ts";

/** @returns What the permission covers, in words. */
export function describe({ service, prefix, targets }: Consent): string {
  const all = prefix === "" ? "names without a prefix" : `names that begin with ${prefix}`;
  const lines = [`service ${service}`, all, ...targets.map((target) => `also: ${target}`)];
  return lines.map((line) => `  ${printable(line)}`).join("\n");
}

/**
 * Asks at a terminal whether a project may be used.
 *
 * @throws {CommandError} When the user says no, or there is no terminal.
 */
export async function askConsent(
  context: Context,
  flags: { readonly quiet?: boolean },
  consent: Consent,
): Promise<void> {
  const { host } = context;
  const what = `${JSON.stringify(consent.path)} asks for secrets, and you have not allowed it yet`;
  if (!context.canAsk) {
    const command = allowCommand(consent.path);
    throw usageError(
      `${what}:\n${describe(consent)}\nThe author of the file chose these. If they are ` +
        `what you expect, allow them. Type: ${command}`,
      command,
    );
  }
  const { askYes } = await import("../terminal/questions.ts");
  if (!await askYes(host, `${what}:\n${describe(consent)}\nAllow it?`)) {
    throw new CommandError(EXIT.failed, "The project is not allowed, and nothing was read");
  }
  allow(consent);
  context.say(flags, `Allowed. To withdraw the permission: ${allowCommand(consent.path)} --forget`);
}

/** @returns The command that allows a project, from the working directory. */
export function allowCommand(path: string): string {
  const found = env("KCA_PROJECT") === undefined ? findFile() : undefined;
  return path === found ? "kca allow" : `kca allow --project ${shellWord(path)}`;
}

/** Records the permission. */
export function allow(consent: Consent): void {
  append(lineOf(consent));
}

/** @returns Whether there was a permission to withdraw. */
export function forget(path: string): boolean {
  if (!recorded().has(path)) return false;
  append(lineOf({ path }));
  return true;
}

/** Writes a line with one call, because other processes may append at the same time. */
function append(line: string): void {
  const record = recordPath();
  try {
    mkdirSync(dirname(record), { recursive: true, mode: 0o700 });
    appendFileSync(record, line, { mode: 0o600 });
  } catch (error) {
    throw cannotWrite(record, error);
  }
}
