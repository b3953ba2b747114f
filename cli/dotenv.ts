/**
 * Reads dotenv files with the library dotenv. The library silently skips lines that it does not
 * understand; here they are errors.
 *
 * @module
 */

import dotenv from "dotenv";
import { usageError } from "./exit_codes.ts";

/** A variable as the library parses it: `LINE` of its parser, with a name for each part. */
const VARIABLE =
  /^\s*(?:export\s+)?(?<name>[\w.-]+)(?:\s*=\s*?|:\s+?)(?<value>\s*'(?:\\'|[^'])*'|\s*"(?:\\"|[^"])*"|\s*`(?:\\`|[^`])*`|[^#\r\n]+)?[^\S\r\n]*(?<comment>#.*)?$/gm;

/**
 * Reads names and values.
 *
 * @param text The content of a file.
 * @param file The name of the file in messages.
 * @throws {CommandError} When a line is neither a variable nor a comment, or a value would be
 * truncated. Names the line and never quotes its text.
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
      ? "appears a second time; remove one of the two"
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

/** Uses another name, because the library loses a variable called `__proto__`. */
function valueOf(variable: string, name: string): string {
  return dotenv.parse(variable.replace(name, "NAME")).NAME!;
}

/** @returns Why the library would read another value than was probably intended. */
function loss(value: string, comment: string | undefined): string | undefined {
  const trimmed = value.trim();
  const [quote = ""] = trimmed;
  if (/['"`]/.test(quote)) {
    const closed = trimmed.length > 1 && trimmed.endsWith(quote);
    return closed
      ? undefined
      : `begins with ${quote} but does not end with it; put the whole value between quotes`;
  }
  // `NAME=value # comment` has a comment; in `NAME=val#ue` the # is probably part of the value.
  if (comment === undefined || /\s$/.test(value)) return undefined;
  return "would be cut at #; put it between quotes";
}

/** Lines between two variables must be empty or comments. */
function checkRest(content: string, from: number, to: number, file: string): void {
  let at = from;
  for (const line of content.slice(from, to).split("\n")) {
    if (!/^\s*(?:#.*)?$/.test(line)) {
      throw usageError(
        `${file}, line ${
          lineAt(content, at)
        } is neither NAME=value nor a comment; put a value of ` +
          "several lines between quotes",
      );
    }
    at += line.length + 1;
  }
}

function lineAt(content: string, index: number): number {
  return content.slice(0, index).split("\n").length;
}
