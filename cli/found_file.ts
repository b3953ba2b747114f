/**
 * Files that are found by their names, such as package.json: whoever wrote a repository may have made
 * a device or a pipe of one, which has no end.
 *
 * @module
 */

import { readFileText } from "../project/file/files.ts";
import { usageError } from "./exit_codes.ts";
import { systemReason } from "./system_reason.ts";

/**
 * @returns The text of a file; `undefined` when there is none.
 * @throws {CommandError} When it cannot be read.
 */
export function foundText(path: string): string | undefined {
  try {
    return readFileText(path);
  } catch (error) {
    throw usageError(`Cannot read ${JSON.stringify(path)}: ${systemReason(error)}`);
  }
}
