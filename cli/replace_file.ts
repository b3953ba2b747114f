/**
 * Replaces files completely or not at all.
 *
 * @module
 */

import { randomUUID } from "node:crypto";
import { closeSync, fchmodSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { CommandError, EXIT } from "./exit_codes.ts";
import { systemReason } from "./system_reason.ts";

/**
 * Writes a new file and replaces an older one with it. So programs that have the older file open,
 * or may read it, do not see the new content, and the older file stays unchanged when something
 * fails.
 *
 * @param mode The mode of the new file, from its first byte on.
 */
export function replaceFile(path: string, content: string, mode: number): void {
  const fresh = join(dirname(path), `.${basename(path).slice(0, 64)}.${randomUUID()}`);
  const file = openSync(fresh, "wx", mode & 0o600);
  try {
    try {
      writeFileSync(file, content);
      // The umask of the process may have removed bits.
      fchmodSync(file, mode);
    } finally {
      closeSync(file);
    }
    renameSync(fresh, path);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  }
}

/** @returns The error of a file that could not be written. */
export function cannotWrite(path: string, error: unknown): CommandError {
  return new CommandError(
    EXIT.failed,
    `Cannot write ${JSON.stringify(path)}: ${systemReason(error)}`,
  );
}
