/**
 * What git holds beside the files: the index and the last commits.
 *
 * @module
 */

import { mustAskGit } from "./git.ts";

/** An object of git and where it stands. */
export interface GitBlob {
  readonly id: string;
  /** Where the same content stands, once or several times. */
  readonly places: readonly BlobPlace[];
}

/** A place of a blob. */
export interface BlobPlace {
  /** The path from the root of the repository; none for the message of a commit. */
  readonly file: string | undefined;
  /** The commit that brought it; none in the index. */
  readonly commit: string | undefined;
}

/**
 * One line for each file, with the ids of what it was and is, without guessing what was renamed. A
 * submodule's commit is no object of this repository.
 */
const RAW = [
  ...["--raw", "-z", "--no-abbrev", "--no-color", "--no-renames", "--no-relative"],
  ...["--no-ext-diff", "--ignore-submodules"],
];
/** Not what was deleted. */
const THERE = "--diff-filter=d";

/** @returns What the next commit would bring. */
export function stagedBlobs(): GitBlob[] {
  return gathered(parseRaw(mustAskGit(["diff", "--cached", ...RAW, THERE])));
}

/** @returns What the last commits have brought, and their messages; the oldest first. */
export function historyBlobs(count: number): GitBlob[] {
  const format = ["--format=%H", "--root", "-m", THERE];
  const log = mustAskGit(["log", `--max-count=${count}`, ...RAW, ...format]);
  return gathered(parseRaw(log).reverse());
}

type Found = BlobPlace & { readonly id: string };

/** Of a commit comes its id; of a file `:modes ids letter`, and then its path. */
function parseRaw(text: string): Found[] {
  const found: Found[] = [];
  let commit: string | undefined;
  const fields = text.split("\0").map((field) => field.replace(/^\n/, ""));
  for (let at = 0; at < fields.length; at++) {
    const field = fields[at]!;
    if (field.startsWith(":")) {
      const [, , , id] = field.split(" ");
      found.push({ id: id!, file: fields[++at]!, commit });
    } else if (field !== "") {
      commit = field;
      found.push({ id: commit, file: undefined, commit });
    }
  }
  return found;
}

/** Of what came and went and came again, the first time is told. */
function gathered(found: readonly Found[]): GitBlob[] {
  const blobs = new Map<string, Map<string | undefined, BlobPlace>>();
  for (const { id, file, commit } of found) {
    const places = blobs.get(id) ?? new Map<string | undefined, BlobPlace>();
    blobs.set(id, places);
    if (!places.has(file)) places.set(file, { file, commit });
  }
  return [...blobs].map(([id, places]) => ({ id, places: [...places.values()] }));
}
