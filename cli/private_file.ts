/**
 * Files that only their owner may read.
 *
 * @module
 */

import { randomUUID } from "node:crypto";
import { closeSync, lstatSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { CommandError, EXIT } from "./exit_codes.ts";
import { systemReason } from "./system_reason.ts";

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
      const what = there.isSymbolicLink() ? "a symbolic link" : "no regular file";
      throw new CommandError(EXIT.failed, `Cannot write ${JSON.stringify(path)}: it is ${what}`);
    }
    const fresh = join(dirname(path), `.${basename(path).slice(0, 64)}.${randomUUID()}`);
    const file = openSync(fresh, "wx", 0o600);
    try {
      try {
        writeFileSync(file, content);
      } finally {
        closeSync(file);
      }
      renameSync(fresh, path);
    } catch (error) {
      rmSync(fresh, { force: true });
      throw error;
    }
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError(
      EXIT.failed,
      `Cannot write ${JSON.stringify(path)}: ${systemReason(error)}`,
    );
  }
}
