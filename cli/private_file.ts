/**
 * Files that only their owner may read.
 *
 * @module
 */

import { lstatSync } from "node:fs";
import { CommandError, EXIT } from "./exit_codes.ts";
import { cannotWrite, replaceFile } from "./replace_file.ts";

/**
 * Writes a new file and puts it in the place of an older one: whoever has that open, owns it or may
 * read it sees nothing of the content, and it stays as it was when something fails.
 *
 * @throws {CommandError} When it cannot be written, or something else than a file is there.
 */
export function writePrivate(path: string, content: string): void {
  try {
    const there = lstatSync(path, { throwIfNoEntry: false });
    if (there !== undefined && !there.isFile()) {
      const what = there.isSymbolicLink()
        ? "a symbolic link"
        : there.isDirectory()
        ? "a folder"
        : "no regular file";
      throw new CommandError(EXIT.failed, `Cannot write ${JSON.stringify(path)}: it is ${what}`);
    }
    replaceFile(path, content, 0o600);
  } catch (error) {
    throw error instanceof CommandError ? error : cannotWrite(path, error);
  }
}
