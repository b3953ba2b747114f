/**
 * Dotenv files, read by the library of that name. It passes over what it does not understand without
 * a word; here that is an error.
 *
 * @module
 */

import dotenv from "dotenv";
import { usageError } from "./exit_codes.ts";

/** What the library takes as a variable: `LINE` of its parser, with a name for each part. */
const VARIABLE =
  /^\s*(?:export\s+)?(?<name>[\w.-]+)(?:\s*=\s*?|:\s+?)(?<value>\s*'(?:\\'|[^'])*'|\s*"(?:\\"|[^"])*"|\s*`(?:\\`|[^`])*`|[^#\r\n]+)?[^\S\r\n]*(?<comment>#.*)?$/gm;

/**
 * Reads names and values.
 *
 * @param text The content of a file.
 * @param file What to call it in messages.
 * @throws {CommandError} When a line is neither a variable nor a comment, or a value would be cut.
 * Names the line, and never quotes what may be a value.
 */
export function parseDotenv(text: string, file: string): Map<string, string> {
  const content = text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  const variables = new Map<string, string>();
  let end = 0;
  for (const match of content.matchAll(VARIABLE)) {
    const { name = "", value = "", comment } = match.groups!;
    checkRest(content, end, match.index, file);
    end = match.index + match[0].length;
    const reason = variables.has(name)
      ? "is given a second time; leave one of them out"
      : loss(value, comment);
    if (reason !== undefined) {
      const line = lineAt(content, match.index + match[0].search(/\S/));
      throw usageError(`${file}, line ${line}: the value of ${JSON.stringify(name)} ${reason}`);
    }
    variables.set(name, valueOf(match[0], name));
  }
  checkRest(content, end, content.length, file);
  return variables;
}

/** By another name, because the library loses what is called `__proto__`. */
function valueOf(variable: string, name: string): string {
  return dotenv.parse(variable.replace(name, "NAME")).NAME!;
}

/** @returns What the library would drop or keep of a value that was meant otherwise. */
function loss(value: string, comment: string | undefined): string | undefined {
  const trimmed = value.trim();
  const [quote = ""] = trimmed;
  if (/['"`]/.test(quote)) {
    const closed = trimmed.length > 1 && trimmed.endsWith(quote);
    return closed ? undefined : `begins with ${quote} and does not end with it; quote it whole`;
  }
  // `NAME=value # comment` is a comment, `NAME=val#ue` was meant to be a value.
  if (comment === undefined || /\s$/.test(value)) return undefined;
  return "would be cut at #; put it between quotes";
}

/** What lies between two variables must be empty or comments. */
function checkRest(content: string, from: number, to: number, file: string): void {
  let at = from;
  for (const line of content.slice(from, to).split("\n")) {
    if (!/^\s*(?:#.*)?$/.test(line)) {
      throw usageError(
        `${file}, line ${lineAt(content, at)} is neither NAME=value nor a comment; a value of ` +
          "several lines goes between quotes",
      );
    }
    at += line.length + 1;
  }
}

function lineAt(content: string, index: number): number {
  return content.slice(0, index).split("\n").length;
}
