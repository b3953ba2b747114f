/**
 * Parses a template. Its placeholders are `{{ kca:NAME }}` for a secret of the project and
 * `kca://SERVICE/TARGET` for any. Everything else stays unchanged, because plain braces belong to
 * Helm, Jinja and Go.
 *
 * @module
 */

import { type CommandError, usageError } from "../exit_codes.ts";
import { parseTemplate, type Reference } from "../run/references.ts";

/** A placeholder. */
export interface Slot {
  /** A name of the project, or a secret of a service. */
  readonly secret: string | Reference;
  /** The line, from 1. */
  readonly line: number;
}

/** Text and placeholders, alternating. */
export type Parts = readonly (string | Slot)[];

/** Delimiters of words, in any language. */
const DELIMITER = /[\s"'`=,;()[\]{}<>|]/;
/**
 * A name in braces, or a word from its first reference on. Finding the word's start with this
 * pattern would be slow.
 */
const PLACES = /\{\{\s*kca:([^{}]*)\}\}|kca:\/\/[^\s"'`=,;()[\]{}<>|]*/g;
const NAME = /^\s*([A-Za-z_][A-Za-z0-9_]*)\s*$/;

/**
 * Splits a template into text and placeholders.
 *
 * @param text The template.
 * @throws {CommandError} When a text begins like a placeholder and is not one; names the line.
 */
export function parseParts(text: string): Parts {
  const parts: (string | Slot)[] = [];
  let end = 0;
  let line = 1;
  const add = (text: string): void => {
    const last = parts.at(-1);
    if (typeof last === "string") parts[parts.length - 1] = last + text;
    else if (text !== "") parts.push(text);
    line += text.split("\n").length - 1;
  };
  for (const match of text.matchAll(PLACES)) {
    const [whole, braces] = match;
    const start = braces === undefined ? startOf(text, end, match.index) : match.index;
    add(text.slice(end, start));
    end = match.index + whole.length;
    if (braces === undefined) {
      for (const part of parseTemplate(text.slice(start, end), `Line ${line}`)) {
        if (typeof part === "string") add(part);
        else parts.push({ secret: part, line });
      }
    } else {
      const [, name] = NAME.exec(braces) ?? [];
      if (name === undefined) throw malformed(line);
      parts.push({ secret: name, line });
      line += whole.split("\n").length - 1;
    }
  }
  add(text.slice(end));
  checkUnclosed(parts);
  return parts;
}

/** @returns Where the word begins that contains the reference at an index. */
function startOf(text: string, from: number, index: number): number {
  let start = index;
  while (start > from && !DELIMITER.test(text[start - 1]!)) start--;
  return start;
}

/** An unclosed placeholder, or one with Helm's dash, would stay in the output. */
function checkUnclosed(parts: Parts): void {
  let line = 1;
  for (const part of parts) {
    if (typeof part !== "string") {
      line = part.line;
      continue;
    }
    const [, before] = /^([\s\S]*?)\{\{[-~]?\s*kca:/i.exec(part) ?? [];
    if (before !== undefined) throw malformed(line + before.split("\n").length - 1);
    line += part.split("\n").length - 1;
  }
}

function malformed(line: number): CommandError {
  return usageError(`Line ${line} contains {{ kca:… }} that does not have the form {{ kca:NAME }}`);
}
