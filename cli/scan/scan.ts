/**
 * Scans files and objects, and records where values were found.
 *
 * @module
 */

import { type GitBlob, historyBlobs, stagedBlobs } from "./blobs.ts";
import { codeOf, openFile, type Path, readerOf, textOf } from "./files.ts";
import { readObjects } from "./git.ts";
import { filesIn, filesOf, type ListedFile } from "./listing.ts";
import type { Form } from "./needles.ts";
import type { ContentReader, Match, Search } from "./search.ts";

/** A value found in a file. */
export interface Finding {
  readonly file: string;
  /** The commit that added it; none outside the history. */
  readonly commit: string | undefined;
  /** None when the file's name contains the value. */
  readonly line: number | undefined;
  /** The number of the value. */
  readonly value: number;
  readonly form: Form;
}

const NEWLINE = 10;

type Place = Pick<Finding, "file" | "commit">;

/** A scan and its findings. */
export class Scan {
  readonly findings: Finding[] = [];
  /** Files that could not be read, and why. */
  readonly unread: { readonly file: string; readonly reason: string }[] = [];
  /** How many files and objects were read. */
  files = 0;
  /** The scanned places, whose names are scanned together at the end. */
  readonly #places: Place[] = [];
  readonly #seen = new Set<string>();
  readonly #search: Search;

  constructor(search: Search) {
    this.#search = search;
  }

  /** Scans files and folders. @throws {CommandError} When there is no such path. */
  paths(paths: readonly string[]): void {
    for (const path of paths) {
      for (const file of filesOf(path, this.#cannotRead)) this.#fileOnce(file);
    }
  }

  /** Scans the files staged for the next commit. */
  async staged(): Promise<void> {
    await this.#objects(stagedBlobs());
  }

  /** Scans the files changed by the last commits. */
  async history(count: number): Promise<void> {
    await this.#objects(historyBlobs(count));
  }

  /** Scans the names of all scanned files. */
  names(): void {
    const text = this.#places.map(({ file }) => file.replaceAll("\n", " ")).join("\n");
    const names = (): ContentReader => readerOf(new TextEncoder().encode(text));
    for (const { line, ...match } of this.#matches(names)) {
      this.findings.push({ ...this.#places[line - 1]!, line: undefined, ...match });
    }
  }

  readonly #cannotRead = (path: Path, reason: string): void => {
    this.unread.push({ file: textOf(path), reason });
  };

  /** Paths may be given twice, and git lists a file in conflict three times. */
  #fileOnce(file: ListedFile): void {
    const name = textOf(file.path);
    if (this.#seen.has(name)) return;
    this.#seen.add(name);
    this.#file(file);
  }

  #file({ path, named, tracked }: ListedFile): void {
    try {
      this.#content(() => openFile(path, named), [{ file: textOf(path), commit: undefined }]);
    } catch (error) {
      const code = codeOf(error);
      if (code === "EISDIR") {
        for (const file of filesIn(path, this.#cannotRead)) this.#fileOnce(file);
      } else if (code !== "ENOENT" || !tracked) this.#cannotRead(path, code);
    }
  }

  async #objects(blobs: readonly GitBlob[]): Promise<void> {
    const contents = readObjects(blobs.map(({ id }) => id));
    for (const { places } of blobs) {
      const { content } = (await contents.next()).value!;
      const isMessage = places.some(({ file }) => file === undefined);
      const bytes = isMessage ? messageOf(content) : content;
      this.#content(
        () => readerOf(bytes),
        places.map(({ file = "(message)", commit }) => ({ file, commit })),
      );
    }
    await contents.return(undefined);
  }

  #content(open: () => ContentReader, places: readonly Place[]): void {
    const matches = this.#matches(open);
    this.files++;
    this.#places.push(...places);
    for (const match of matches) {
      for (const place of places) this.findings.push({ ...place, ...match });
    }
  }

  /** Finds each value once in a line. */
  #matches(open: () => ContentReader): { line: number; value: number; form: Form }[] {
    const matches = reading(open, (reader) => this.#search.run(reader));
    if (matches.length === 0) return [];
    const lines = reading(open, (reader) => linesOf(reader, matches));
    const seen = new Set<string>();
    return matches.map(({ value, form }, index) => ({ value, form, line: lines[index]! }))
      .filter(({ value, line }) => {
        const key = `${line} ${value}`;
        return !seen.has(key) && seen.add(key);
      });
  }
}

/** The message of a commit, which follows its headers. */
function messageOf(commit: Uint8Array): Uint8Array {
  const start = commit.findIndex((byte, at) => byte === NEWLINE && commit[at + 1] === NEWLINE);
  return commit.subarray(start + 2);
}

function reading<T>(open: () => ContentReader, use: (reader: ContentReader) => T): T {
  const reader = open();
  try {
    return use(reader);
  } finally {
    reader.close();
  }
}

/** @returns The line of each match. They are counted only where something was found. */
function linesOf(reader: ContentReader, matches: readonly Match[]): number[] {
  const lines: number[] = [];
  const bytes = new Uint8Array(65_536);
  let [line, before] = [1, 0];
  while (lines.length < matches.length) {
    const count = reader.read(bytes);
    let at = 0;
    for (const { offset } of matches.slice(lines.length)) {
      const end = Math.min(offset - before, count);
      while (at < end) if (bytes[at++] === NEWLINE) line++;
      if (offset - before > count && count > 0) break;
      lines.push(line);
    }
    while (at < count) if (bytes[at++] === NEWLINE) line++;
    before += count;
  }
  return lines;
}
