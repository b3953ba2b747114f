/**
 * Objects in git's index and in the last commits.
 *
 * @module
 */

import { mustAskGit } from "./git.ts";

/** An object of git and its places. */
export interface GitBlob {
  readonly id: string;
  /** All places with this content. */
  readonly places: readonly BlobPlace[];
}

/** A place of a blob. */
export interface BlobPlace {
  /** The path from the root of the repository; none for the message of a commit. */
  readonly file: string | undefined;
  /** The commit that added it; none in the index. */
  readonly commit: string | undefined;
}

/**
 * One line for each file, with its old and new ids, without rename detection. A submodule's commit
 * is not an object of this repository.
 */
const RAW = [
  ...["--raw", "-z", "--no-abbrev", "--no-color", "--no-renames", "--no-relative"],
  ...["--no-ext-diff", "--ignore-submodules"],
];
/** Without deleted files. */
const THERE = "--diff-filter=d";

/** @returns The files staged for the next commit. */
export function stagedBlobs(): GitBlob[] {
  return gathered(parseRaw(mustAskGit(["diff", "--cached", ...RAW, THERE])));
}

/** @returns The files changed by the last commits, and their messages; the oldest first. */
export function historyBlobs(count: number): GitBlob[] {
  const format = ["--format=%H", "--root", "-m", THERE];
  const log = mustAskGit(["log", `--max-count=${count}`, ...RAW, ...format]);
  return gathered(parseRaw(log).reverse());
}

type Found = BlobPlace & { readonly id: string };

/** A commit is its id; a file is `:modes ids letter`, followed by its path. */
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

/** For content that was added several times, only the first commit counts. */
function gathered(found: readonly Found[]): GitBlob[] {
  const blobs = new Map<string, Map<string | undefined, BlobPlace>>();
  for (const { id, file, commit } of found) {
    const places = blobs.get(id) ?? new Map<string | undefined, BlobPlace>();
    blobs.set(id, places);
    if (!places.has(file)) places.set(file, { file, commit });
  }
  return [...blobs].map(([id, places]) => ({ id, places: [...places.values()] }));
}
