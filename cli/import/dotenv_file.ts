/**
 * The dotenv file of an import: reads it, and deletes it only if it has not changed.
 *
 * @module
 */

import { lstatSync, readdirSync, realpathSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Context } from "../context.ts";
import { CommandError, EXIT, usageError } from "../exit_codes.ts";
import { readText } from "../files.ts";
import { listed } from "../terminal/printable.ts";
import { gitNote } from "./git_note.ts";
import { type Reader, readValues } from "./readers.ts";
import type { ImportSource, Sibling } from "./source.ts";

/** How the file is read, and whether it is kept. */
interface FileFlags {
  readonly reader?: Reader;
  readonly keep: boolean;
}

/**
 * Reads a dotenv file.
 *
 * @throws {CommandError} When it cannot be read, a part of it would be lost, readers disagree, or
 * deleting it would not delete its values.
 */
export function dotenvSource(context: Context, path: string, flags: FileFlags): ImportSource {
  const label = JSON.stringify(path);
  // First, because its error explains best what is wrong with a path.
  const text = readText(context, path);
  const { links } = checkDeletable(path, flags.keep);
  const { variables, disputed, fromShell } = readValues(
    text,
    label,
    flags.reader,
    context.host.env(),
  );
  checkValues(label, variables);
  const notes = [
    ...(disputed.length > 0 ? [`Read as ${flags.reader} does: ${listed(disputed)}`] : []),
    ...(fromShell.length > 0 ? [`Filled in from this shell: ${listed(fromShell)}`] : []),
    ...commentsNote(text, flags.keep),
    ...(links > 1 && !flags.keep
      ? [`${label} has ${links} names (hard links): the other names keep its content`]
      : []),
    ...gitNote(path),
  ];
  return {
    label,
    variables,
    notes,
    siblings: siblingsOf(path),
    remove: flags.keep ? undefined : () => remove(context, path, text),
  };
}

/** Values that stand for other values, which a program gets instead. */
const STANDING_FOR: readonly (readonly [form: RegExp, advice: string])[] = [
  [
    /kca:\/\//,
    'are already references to secrets: declare each with "target" in kca.json instead',
  ],
  [/\bop:\/\//, "are references to 1Password: replace them with their values first"],
  [/^encrypted:/, "are encrypted by dotenvx: decrypt the file first with dotenvx decrypt"],
];

function checkValues(label: string, variables: ReadonlyMap<string, string>): void {
  for (const [form, advice] of STANDING_FOR) {
    const names = [...variables].filter(([, value]) => form.test(value)).map(([name]) => name);
    if (names.length > 0) throw usageError(`${label}: the values of ${listed(names)} ${advice}`);
  }
}

/** @returns How many names the file has. */
function checkDeletable(path: string, keep: boolean): { links: number } {
  const there = lstatSync(path);
  if (there.isFile() || keep) return { links: there.nlink };
  if (there.isSymbolicLink() && statSync(path).isFile()) {
    const real = realpathSync(path);
    throw usageError(
      `${JSON.stringify(path)} is a symbolic link, and deleting it would leave the values in ` +
        `${JSON.stringify(real)}. Import that file by its own path, or keep both with --keep`,
    );
  }
  throw usageError(
    `${JSON.stringify(path)} is not a regular file and cannot be deleted: give --keep`,
  );
}

function remove(context: Context, path: string, text: string): void {
  const changed = (): boolean => !lstatSync(path).isFile() || readText(context, path) !== text;
  let problem: string;
  try {
    if (!changed()) return rmSync(path);
    problem = "another program has changed it in the meantime; import it again";
  } catch (error) {
    problem = (error as { code?: string }).code ?? (error as Error).message;
  }
  throw new CommandError(EXIT.failed, `${JSON.stringify(path)} was not deleted: ${problem}`);
}

/** Warns about commented-out variables, because comments are deleted with the file. */
function commentsNote(text: string, keep: boolean): string[] {
  const count = [...text.matchAll(/^[^\S\r\n]*#[^\S\r\n]*(?:export\s+)?[\w.-]+\s*=/gm)].length;
  return count > 0 && !keep
    ? [
      `${count} ${count > 1 ? "variables that are" : "variable that is"} commented out ` +
      "will be deleted with the file",
    ]
    : [];
}

/** Endings of files that contain no values, or are not written by users. */
const WITHOUT_VALUES = /\.(?:example|sample|template|dist|defaults|kca|keys|vault|schema|swp)$/;

/** @returns Other dotenv files in the folder. */
function siblingsOf(path: string): Sibling[] {
  const folder = dirname(path);
  return readdirSync(folder)
    .filter((name) => /^\.env(?:\.[\w.-]+)?$/.test(name) && name !== basename(path))
    .filter((name) => !WITHOUT_VALUES.test(name))
    .sort()
    .map((name) => ({ path: join(folder, name), profile: profileOf(name) }));
}

/** @returns The profile that `.env.production` is for. */
function profileOf(name: string): string | undefined {
  const [, profile] = /^\.env\.([A-Za-z0-9_-]+)$/.exec(name) ?? [];
  return profile === "local" ? undefined : profile;
}
