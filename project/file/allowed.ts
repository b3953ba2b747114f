/**
 * Which projects the user has allowed. A project file chooses secrets, so one that came with a clone
 * could ask for those of another project.
 *
 * The record is a file of the user with one JSON object a line. Lines are only appended; the last
 * line about a path counts.
 *
 * @module
 */

import { KeychainAuthError } from "../../src/errors/base.ts";
import { InvalidRequestError } from "../../src/errors/request.ts";
import { shellWord } from "../../src/errors/shell_word.ts";
import { runtime } from "../../src/runtime.ts";
import type { Project } from "../spec.ts";
import { belongsToUser, below, isAbsolute, otherWriters, parentOf, readFile } from "./files.ts";
import { shellVariable } from "./shell_variable.ts";

/** The allowed part of a project. Changes of anything else in the file need no new permission. */
export interface Consent {
  /** The project file, links resolved. */
  readonly path: string;
  readonly service: string;
  /** The prefix of names; `{profile}` stands for any profile. */
  readonly prefix: string;
  /** Names outside the prefix. */
  readonly targets: readonly string[];
}

/** @returns What a user has to allow before a project is used. */
export function consentFor(path: string, { service, prefix, secrets }: Project): Consent {
  const targets = [...secrets.values()].flatMap(({ target }) => target ?? [])
    .filter((target) => prefix === "" || !target.startsWith(prefix));
  return { path, service, prefix, targets: [...new Set(targets)] };
}

/**
 * @returns The file that holds the record.
 * @throws {InvalidRequestError} When the user has no folder of their own.
 */
export function recordPath(): string {
  const { system } = runtime;
  const [variable, ...rest] = system === "windows"
    ? ["APPDATA"]
    : system === "darwin"
    ? ["HOME", "Library", "Application Support"]
    : isAbsolute(shellVariable("XDG_CONFIG_HOME") ?? "")
    ? ["XDG_CONFIG_HOME"]
    : ["HOME", ".config"];
  const home = shellVariable(variable!);
  if (home === undefined || !isAbsolute(home)) {
    throw new InvalidRequestError(
      variable!,
      "expected an absolute path; set it to your own folder, where kca keeps its record of allowed projects",
    );
  }
  return [...rest, "kca", "allowed.jsonl"].reduce(below, home);
}

/**
 * @returns Whether the user has allowed all that a project asks for.
 * @throws {InvalidRequestError} When another user may have written the record.
 */
export function isAllowed({ path, service, prefix, targets }: Consent): boolean {
  const given = recorded().get(path);
  return given !== undefined && given.service === service && given.prefix === prefix &&
    targets.every((target) => given.targets.includes(target));
}

/** @returns The allowed projects by path. */
export function recorded(): Map<string, Consent> {
  const record = recordPath();
  const bytes = readRecord(record);
  const consents = new Map<string, Consent>();
  if (bytes === undefined) return consents;
  for (const line of new TextDecoder().decode(bytes).split("\n")) {
    const consent = parseLine(line);
    if (consent === undefined) continue;
    consents.delete(consent.path);
    if (consent.service !== undefined) consents.set(consent.path, consent as Consent);
  }
  return consents;
}

/**
 * @throws {InvalidRequestError} When it cannot be read, or when another user may have written it.
 */
function readRecord(record: string): Uint8Array | undefined {
  const wrong = (problem: string, command: string): InvalidRequestError =>
    new InvalidRequestError(JSON.stringify(record), `${problem}, type: ${command}`);
  const [file, folder] = [record, parentOf(record)!].map((path) => shellWord(path));
  let bytes;
  try {
    bytes = readFile(record);
  } catch (error) {
    if (error instanceof KeychainAuthError) throw error;
    // For example a record that root's kca created in the user's HOME.
    throw wrong(
      "you may not read this record of allowed projects; to get access",
      belongsToUser(record) ? `chmod 600 ${file}` : `sudo chown -R "$(id -un)" ${folder}`,
    );
  }
  switch (bytes && otherWriters(record)) {
    case "owner":
      throw wrong(
        "this record of allowed projects belongs to another user; to delete it",
        `rm -f ${file}`,
      );
    case "mode":
      throw wrong(
        "others may write to this record of allowed projects; look at it, and to keep others out",
        `chmod 600 ${file}`,
      );
  }
  return bytes;
}

/** @returns The line that allows a project, or that takes it back. */
export function lineOf(consent: Consent | { readonly path: string }): string {
  return `${JSON.stringify(consent)}\n`;
}

/** A damaged line allows nothing. */
function parseLine(line: string): (Partial<Consent> & { readonly path: string }) | undefined {
  try {
    const { path, service, prefix, targets } = JSON.parse(line);
    if (typeof path !== "string") return undefined;
    if (typeof service !== "string" || typeof prefix !== "string" || !Array.isArray(targets)) {
      return { path };
    }
    return { path, service, prefix, targets };
  } catch {
    return undefined;
  }
}
