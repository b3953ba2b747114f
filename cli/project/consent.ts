/**
 * Asking for the user's consent to a project, and keeping it.
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

/** @returns What is allowed, for people. */
export function describe({ service, prefix, targets }: Consent): string {
  const all = prefix === "" ? "names without a prefix" : `names that begin with ${prefix}`;
  const lines = [`service ${service}`, all, ...targets.map((target) => `besides: ${target}`)];
  return lines.map((line) => `  ${printable(line)}`).join("\n");
}

/**
 * Asks at a terminal whether a project may be used.
 *
 * @throws {CommandError} When the user says no, or nobody can be asked.
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
      `${what}:\n${describe(consent)}\nWhoever wrote the file chose these. Allow them if they ` +
        `are what you expect. Type: ${command}`,
      command,
    );
  }
  const { askYes } = await import("../terminal/questions.ts");
  if (!await askYes(host, `${what}:\n${describe(consent)}\nAllow it?`)) {
    throw new CommandError(EXIT.failed, "The project is not allowed, and nothing was read");
  }
  allow(consent);
  context.say(flags, `Allowed; to take it back: ${allowCommand(consent.path)} --forget`);
}

/** @returns The line that allows a project, from where the user is. */
export function allowCommand(path: string): string {
  const found = env("KCA_PROJECT") === undefined ? findFile() : undefined;
  return path === found ? "kca allow" : `kca allow --project ${shellWord(path)}`;
}

/** Keeps the user's consent. */
export function allow(consent: Consent): void {
  append(lineOf(consent));
}

/** @returns Whether there was a consent to take back. */
export function forget(path: string): boolean {
  if (!recorded().has(path)) return false;
  append(lineOf({ path }));
  return true;
}

/** One write for a line: others may add theirs at the same time. */
function append(line: string): void {
  const record = recordPath();
  try {
    mkdirSync(dirname(record), { recursive: true, mode: 0o700 });
    appendFileSync(record, line, { mode: 0o600 });
  } catch (error) {
    throw cannotWrite(record, error);
  }
}
