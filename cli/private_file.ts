/**
 * Files that only their owner may read.
 *
 * @module
 */

import { lstatSync } from "node:fs";
import { CommandError, EXIT } from "./exit_codes.ts";
import { cannotWrite, replaceFile } from "./replace_file.ts";

/**
 * Writes a new file and replaces an older one with it. So a program that has the older file open,
 * or its owner or readers, do not see the new content, and the older file stays unchanged when
 * something fails.
 *
 * @throws {CommandError} When it cannot be written, or the path is not a file.
 */
export function writePrivate(path: string, content: string): void {
  try {
    const there = lstatSync(path, { throwIfNoEntry: false });
    if (there !== undefined && !there.isFile()) {
      const what = there.isSymbolicLink()
        ? "a symbolic link"
        : there.isDirectory()
        ? "a folder"
        : "not a regular file";
      throw new CommandError(EXIT.failed, `Cannot write ${JSON.stringify(path)}: it is ${what}`);
    }
    replaceFile(path, content, 0o600);
  } catch (error) {
    throw error instanceof CommandError ? error : cannotWrite(path, error);
  }
}
