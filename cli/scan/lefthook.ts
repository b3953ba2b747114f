/**
 * The configuration of lefthook, which itself writes git's hooks.
 *
 * @module
 */

import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CommandError, EXIT } from "../exit_codes.ts";
import { foundText } from "../found_file.ts";

const NAMES = ["lefthook", ".lefthook", ".config/lefthook"];
const EXTENSIONS = ["yml", "yaml", "toml", "json", "jsonc"];

/** @returns The file of lefthook in a repository, if there is one. */
export function lefthookFile(root: string): string | undefined {
  return NAMES.flatMap((name) => EXTENSIONS.map((extension) => join(root, `${name}.${extension}`)))
    .find((file) => existsSync(file));
}

/**
 * Adds a command to `pre-commit`, in the style of the file and without changing the rest of it.
 *
 * @returns False when it was already there.
 * @throws {CommandError} With the lines to add by hand, when the place for them is not clear.
 */
export function addToLefthook(file: string, command: string): boolean {
  const text = foundText(file) ?? "";
  if (text.includes("kca scan --staged")) return false;
  const changed = /\.ya?ml$/.test(file) ? withCommand(text, command) : undefined;
  if (changed === undefined) {
    throw new CommandError(
      EXIT.failed,
      `Add this to "pre-commit" in ${JSON.stringify(file)}, by hand:\n` +
        `  commands:\n    kca-scan:\n      run: ${JSON.stringify(command)}`,
    );
  }
  writeFileSync(file, changed);
  return true;
}

/** @returns `undefined` when `pre-commit` is not written in block style. */
function withCommand(text: string, command: string): string | undefined {
  const entry = (indent: string, step: string): string =>
    `${indent}kca-scan:\n${indent}${step}run: ${JSON.stringify(command)}\n`;
  if (!/^["']?pre-commit["']?\s*:/m.test(text)) {
    const start = text === "" || text.endsWith("\n") ? text : `${text}\n`;
    return `${start}\npre-commit:\n  commands:\n${entry("    ", "  ")}`.trimStart();
  }
  const block = /^pre-commit:[ \t]*(?:#.*)?\n(?:(?:[ \t].*|#.*)?\n)*/m.exec(`${text.trimEnd()}\n`);
  const list = block &&
    /^([ ]+)(commands|jobs):[ \t]*(?:#.*)?\n(?:[ ]*(?:#.*)?\n)*([ ]+)(?=\S)/m.exec(block[0]);
  if (!list) return undefined;
  const [found, outer = "", kind, indent = ""] = list;
  const at = block.index + list.index + found.length - indent.length;
  if (kind === "commands" && indent.length > outer.length) {
    const step = " ".repeat(indent.length - outer.length);
    return text.slice(0, at) + entry(indent, step) + text.slice(at);
  }
  if (kind === "jobs" && text.slice(at + indent.length).startsWith("- ")) {
    return `${text.slice(0, at)}${indent}- name: kca-scan\n${indent}  run: ${
      JSON.stringify(command)
    }\n${text.slice(at)}`;
  }
  return undefined;
}
