/**
 * Files of a project that are written for the user: made, or edited as they stand.
 *
 * @module
 */

import { readFileSync, statSync, writeFileSync } from "node:fs";
import { applyEdits, type JSONPath, modify } from "jsonc-parser";
import { CommandError, EXIT } from "./exit_codes.ts";
import { cannotWrite, replaceFile } from "./replace_file.ts";

/** One change in a JSON file: where, and the new value. */
export type JsonChange = readonly [path: JSONPath, value: unknown];

/** @returns A JSON text with changes. Order, indentation and all else stay as they are. */
export function changedJson(text: string, changes: readonly JsonChange[]): string {
  const indentation = /^([ \t]+)"/m.exec(text)?.[1] ?? "  ";
  const formattingOptions = {
    insertSpaces: !indentation.startsWith("\t"),
    tabSize: indentation.startsWith("\t") ? 1 : indentation.length,
    eol: text.includes("\r\n") ? "\r\n" : "\n",
  };
  return changes.reduce(
    (edited, [path, value]) =>
      applyEdits(edited, modify(edited, [...path], value, { formattingOptions })),
    text,
  );
}

/**
 * Makes a file, or puts another content in its place, whole or not at all.
 *
 * @param before What it holds now; `undefined` when there is none.
 * @throws {CommandError} When it holds something else, or cannot be written.
 */
export function putFile(path: string, before: string | undefined, text: string): void {
  try {
    if (before === undefined) return writeFileSync(path, text, { flag: "wx" });
    if (readFileSync(path, "utf8") !== before) {
      throw new CommandError(EXIT.failed, `${JSON.stringify(path)} has changed meanwhile`);
    }
    replaceFile(path, text, statSync(path).mode & 0o777);
  } catch (error) {
    throw error instanceof CommandError ? error : cannotWrite(path, error);
  }
}
