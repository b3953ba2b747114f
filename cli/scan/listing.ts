/**
 * Lists the files of paths, with git's ignore rules.
 *
 * @module
 */

import { type Dirent, lstatSync, readdirSync, type Stats, statSync } from "node:fs";
import { usageError } from "../exit_codes.ts";
import { codeOf, native, type Path, pathOf, textOf, within } from "./files.ts";
import { askGit } from "./git.ts";

/** A file to scan. */
export interface ListedFile {
  readonly path: Path;
  /** A path that was typed; a link is then followed. */
  readonly named?: true;
  /** It is in git's index, so the file itself may have been deleted. */
  readonly tracked?: true;
}

/** Called with files that cannot be read, and why. */
export type Unread = (path: Path, reason: string) => void;

/**
 * Lists a file, or the files in a folder. Git says which files are ignored; a folder that is itself
 * ignored, or not in a repository, is listed completely.
 *
 * @throws {CommandError} When there is no such path.
 */
export function* filesOf(path: string, unread: Unread): Generator<ListedFile> {
  let there: Stats | undefined;
  try {
    there = statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    return unread(path, codeOf(error));
  }
  if (there === undefined) throw usageError(`There is no ${JSON.stringify(path)}`);
  if (there.isDirectory()) return yield* filesIn(path === "." ? "" : path, unread);
  if (there.isFile()) return yield { path, named: true };
  throw usageError(`${JSON.stringify(path)} is neither a file nor a folder`);
}

/** Lists the files in a folder, which may be another repository, such as a submodule. */
export function* filesIn(folder: Path, unread: Unread): Generator<ListedFile> {
  if (typeof folder !== "string" || !isWorkTree(folder)) return yield* walk(folder, unread);
  const here = folder || ".";
  const ignored = askGit(["check-ignore", "--quiet", "."], here)?.status === 0;
  const rules = ignored ? [] : ["--exclude-standard"];
  const answer = askGit(["ls-files", "-z", "--cached", "--others", ...rules], here)!;
  if (answer.status !== 0) unread(folder, `git ls-files failed: ${answer.stderr.trim()}`);
  // git continues after a folder that it cannot read.
  for (const [, name = "", reason = ""] of answer.stderr.matchAll(NOT_OPENED)) {
    unread(within(folder, name), reason);
  }
  for (const name of split(answer.stdout)) {
    const path = within(folder, name);
    const nested = typeof path === "string" && path.endsWith("/");
    if (nested) yield* filesIn(path.slice(0, -1), unread);
    else yield { path, tracked: true };
  }
}

const NOT_OPENED = /^warning: could not open directory '(.*)': (.*)$/gm;

function isWorkTree(folder: string): boolean {
  const answer = askGit(["rev-parse", "--is-inside-work-tree"], folder || ".");
  return answer?.status === 0 && new TextDecoder().decode(answer.stdout).trim() === "true";
}

function* split(names: Uint8Array): Generator<Path> {
  for (let start = 0; start < names.length;) {
    const end = names.indexOf(0, start);
    yield pathOf(names.subarray(start, end));
    start = end + 1;
  }
}

/**
 * Lists a folder without git. Skips anything but files, folders and links, because it has no
 * content.
 */
function* walk(folder: Path, unread: Unread): Generator<ListedFile> {
  let entries: Entry[];
  try {
    entries = entriesOf(folder);
  } catch (error) {
    return unread(folder, codeOf(error));
  }
  for (const { name, kind } of entries) {
    const path = within(folder, name);
    if (kind === undefined) unread(path, "its name is not UTF-8");
    else if (kind.isFile() || kind.isSymbolicLink()) yield { path };
    else if (kind.isDirectory() && name !== ".git") yield* walk(path, unread);
  }
}

interface Entry {
  readonly name: Path;
  /** Nothing on Deno, which returns no usable name. */
  readonly kind: Pick<Dirent, "isFile" | "isDirectory" | "isSymbolicLink"> | undefined;
}

function entriesOf(folder: Path): Entry[] {
  const here = native(textOf(folder) === "" ? "." : folder);
  const entries = readdirSync(here, { withFileTypes: true });
  if (!entries.some(({ name }) => name.includes("\uFFFD"))) {
    return entries.map((kind) => ({ name: kind.name, kind }));
  }
  // A name is not UTF-8, and not all runtimes return the kinds together with bytes.
  return readdirSync(here, { encoding: "buffer" }).map(pathOf).map((name) => ({
    name,
    kind: lstatSync(native(within(folder, name)), { throwIfNoEntry: false }),
  }));
}
