/**
 * Read-only access to files, to explain a failure.
 *
 * @module
 */

/** What is at a path. */
export interface PathFacts {
  /** `closed`: a folder on the way cannot be entered. */
  readonly kind: "socket" | "file" | "folder" | "link" | "other" | "absent" | "closed";
  /** Its owner's user id. */
  readonly uid?: number;
  /** Its permission bits. */
  readonly mode?: number;
}

/** A file that is read in parts. */
export interface OpenFile {
  /** Its length in bytes; 0 for the files of /proc. */
  readonly size: number;
  /** Reads a part; fewer bytes only where the file ends. */
  readAt(offset: number, length: number): Uint8Array;
  /** Closes the descriptor. */
  close(): void;
}

/** Files. Any answer may be missing, because nothing here prompts for a permission. */
export interface Files {
  /**
   * Looks at what is at a path.
   *
   * @param follow Whether to follow symbolic links.
   * @returns `undefined` when that may not be asked.
   */
  look(path: string, follow?: boolean): PathFacts | undefined;
  /**
   * Opens a file to be read.
   *
   * @returns `undefined` when the file may not be read.
   * @throws {Error} When it cannot be read.
   */
  open(path: string): OpenFile | undefined;
}

const KINDS: Readonly<Record<number, PathFacts["kind"]>> = {
  0o140000: "socket",
  0o120000: "link",
  0o100000: "file",
  0o040000: "folder",
};

/** @returns The facts in a mode, `<sys/stat.h>`. */
export function factsOf(mode: number, uid: number): PathFacts {
  return { kind: KINDS[mode & 0o170000] ?? "other", uid, mode: mode & 0o7777 };
}

/** @returns The facts that follow from the error of `stat`. */
export function factsOfError(code: unknown): PathFacts | undefined {
  if (code === "ENOENT" || code === "ENOTDIR") return { kind: "absent" };
  return code === "EACCES" || code === "EPERM" ? { kind: "closed" } : undefined;
}

const PIECE = 1024 * 1024;

/** Yields a file's bytes in pieces, each valid until the next is taken. */
export function* piecesOf(file: OpenFile): Generator<Uint8Array> {
  for (let offset = 0;;) {
    const piece = file.readAt(offset, PIECE);
    if (piece.length > 0) yield piece;
    if (piece.length < PIECE) return;
    offset += piece.length;
  }
}

/** @returns A file's text; `undefined` when it cannot be read or is longer than it may be. */
export function textOf(files: Files, path: string, most: number = PIECE): string | undefined {
  try {
    const file = files.open(path);
    try {
      const bytes = file?.readAt(0, most + 1);
      if (bytes === undefined || bytes.length > most) return undefined;
      return new TextDecoder().decode(bytes);
    } finally {
      file?.close();
    }
  } catch {
    return undefined;
  }
}
