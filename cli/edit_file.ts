/**
 * Creates files of a project, or edits them in place.
 *
 * @module
 */

import { chownSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { findNodeAtLocation, type JSONPath, type Node, parseTree } from "jsonc-parser";
import { CommandError, EXIT } from "./exit_codes.ts";
import { cannotWrite, replaceFile } from "./replace_file.ts";

/** One change in a JSON file: where, and the new value. */
export type JsonChange = readonly [path: JSONPath, value: unknown];

/** @returns A JSON text with changes. Order, indentation and everything else stay unchanged. */
export function changedJson(text: string, changes: readonly JsonChange[]): string {
  return changes.reduce(changed, text);
}

function changed(text: string, [path, value]: JsonChange): string {
  // The deepest existing value on the path.
  let node = parseTree(text)!;
  let depth = 0;
  for (let next: Node | undefined = node; next !== undefined; depth++) {
    node = next;
    next = depth < path.length ? findNodeAtLocation(node, [path[depth]!]) : undefined;
  }
  const [key, ...below] = path.slice(depth - 1);
  const indentation = indentationAt(text, node.offset);
  const end = node.offset + node.length;
  if (key === undefined) {
    return text.slice(0, node.offset) + written(text, value, indentation) + text.slice(end);
  }
  const inner = below.reduceRight((content, name) => ({ [name]: content }), value);
  const entry = (at: string | undefined): string =>
    `${JSON.stringify(key)}: ${written(text, inner, at)}`;
  const last = node.children?.at(-1);
  if (last === undefined) {
    const at = indentation === undefined ? undefined : indentation + unitOf(text);
    const [before, behind] = at === undefined ? [" ", " "] : [at, indentation!].map(newLine(text));
    return `${text.slice(0, node.offset)}{${before}${entry(at)}${behind}}${text.slice(end)}`;
  }
  const behindLast = last.offset + last.length;
  const first = node.children![0]!.offset;
  const inLines = text.slice(node.offset, first).includes("\n");
  const at = inLines ? indentationAt(text, first) : undefined;
  const before = at === undefined ? " " : newLine(text)(at);
  return `${text.slice(0, behindLast)},${before}${entry(at)}${text.slice(behindLast)}`;
}

/** A value on several lines with an indentation, or on one line without one. */
function written(text: string, value: unknown, indentation: string | undefined): string {
  if (indentation === undefined) return JSON.stringify(value);
  return JSON.stringify(value, null, unitOf(text)).replaceAll("\n", newLine(text)(indentation));
}

/** @returns The indentation of the line; `undefined` in a text of one line. */
function indentationAt(text: string, offset: number): string | undefined {
  if (!text.trim().includes("\n")) return undefined;
  return /^[ \t]*/.exec(text.slice(text.lastIndexOf("\n", offset) + 1))![0];
}

function unitOf(text: string): string {
  return /^([ \t]+)"/m.exec(text)?.[1] ?? "  ";
}

function newLine(text: string): (indentation: string) => string {
  return (indentation) => (text.includes("\r\n") ? "\r\n" : "\n") + indentation;
}

/**
 * Creates a file or replaces its content, completely or not at all.
 *
 * @param before Its current content; `undefined` when it does not exist.
 * @throws {CommandError} When its content differs, or it cannot be written.
 */
export function putFile(path: string, before: string | undefined, text: string): void {
  try {
    if (before === undefined) return writeFileSync(path, text, { flag: "wx" });
    if (readFileSync(path, "utf8") !== before) {
      throw new CommandError(
        EXIT.failed,
        `${
          JSON.stringify(path)
        } was changed by another program in the meantime; type the command again`,
      );
    }
    const { mode, uid, gid } = statSync(path);
    replaceFile(path, text, mode & 0o777);
    // Root may edit another user's file; it keeps its owner.
    if (statSync(path).uid !== uid) chownSync(path, uid, gid);
  } catch (error) {
    throw error instanceof CommandError ? error : cannotWrite(path, error);
  }
}
