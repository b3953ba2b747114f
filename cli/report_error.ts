/**
 * Reports an error, for users or for programs.
 *
 * @module
 */

import { isKeychainAuthError } from "../src/errors/mod.ts";
import type { Context } from "./context.ts";
import { CommandError, EXIT, exitCodeOf, messageOf } from "./exit_codes.ts";
import { type PlaceFlags, samePlace } from "./same_place.ts";
import { printable, printableLines } from "./terminal/printable.ts";
import { asTyped } from "./command_line/as_typed.ts";
import { wrap } from "./command_line/wrap.ts";

/** The command's own error codes; others are those of the client. */
const CODES: Readonly<Record<number, string>> = {
  [EXIT.missing]: "missing_secrets",
  [EXIT.usage]: "usage",
  [EXIT.noDaemon]: "daemon_unavailable",
  [EXIT.denied]: "denied",
  [EXIT.notExecutable]: "not_executable",
  [EXIT.notFound]: "not_found",
  [EXIT.cancelled]: "cancelled",
};

/** Failures of the client that `kca doctor` explains. */
const EXPLAINED: ReadonlySet<number> = new Set([EXIT.noDaemon, EXIT.failed]);

/**
 * Writes an error to stderr.
 *
 * @param context Where to write.
 * @param error The error. Neither its message nor anything else in it contains a value.
 * @param json Whether a program reads it.
 * @param flags The flags of the command line.
 */
export function reportError(
  context: Context,
  error: unknown,
  json: boolean,
  flags: PlaceFlags = {},
): void {
  const message = asFlags(messageOf(error), flags);
  const remedy = remedyOf(error, flags);
  if (json) {
    const code = codeOf(error);
    const exitCode = exitCodeOf(error);
    context.host.writeSync(
      2,
      `${
        printable(JSON.stringify({ error: { code, message, ...(remedy && { remedy }), exitCode } }))
      }\n`,
    );
    return;
  }
  const lines = `kca: ${onOwnLine(message, remedy)}`.split("\n");
  if (remedy !== undefined) {
    const [said, typed] = [`  Type: ${remedy}`, `  Type: ${asTyped(remedy)}`];
    const at = lines.indexOf(said);
    if (at >= 0) lines[at] = typed;
    // Only if the message does not contain it.
    else if (!message.includes(remedy)) lines.push(typed);
  }
  const width = context.width(2);
  const text = printableLines(lines.map(typedLine).join("\n")).split("\n");
  context.host.writeSync(2, `${text.map((line) => fitted(line, width)).join("\n")}\n`);
}

/** Names what was typed, or the variable, in place of the client's argument. */
function asFlags(message: string, { socket, service }: PlaceFlags): string {
  const named = service === undefined ? "KEYCHAIN_AUTH_SERVICE" : "--service";
  const typed = message.replace(/^Invalid service:/, `Invalid ${named}:`);
  return socket === undefined ? typed : typed.replace(/^Invalid endpoint:/, "Invalid --socket:");
}

/** Puts a command on its own line, from which it can be copied. */
function onOwnLine(message: string, remedy: string | undefined): string {
  return remedy === undefined
    ? message
    : message.replace(/[.:]? Type: (?=(.*))/, (found, rest) =>
      rest.startsWith(remedy) ? "\n  Type: " : found);
}

/** Missing secrets are listed with the commands that store them. */
function typedLine(line: string): string {
  return line.startsWith("    kca set ") ? `    ${asTyped(line.trim())}` : line;
}

/** Wraps prose for a screen; an indented line is a list or a command and stays unchanged. */
function fitted(line: string, width: number | undefined): string {
  return width === undefined || line.startsWith(" ") ? line : wrap(line, width);
}

function codeOf(error: unknown): string {
  if (isKeychainAuthError(error)) return error.code;
  return error instanceof CommandError ? CODES[error.exitCode] ?? "failed" : "failed";
}

/** The command in an error's own properties. */
function commandIn(error: unknown): string | undefined {
  const { remedy } = error as { remedy?: unknown };
  return typeof remedy === "string" ? remedy : undefined;
}

/** Without a command in the error, `kca doctor` shows the whole situation. */
function remedyOf(error: unknown, flags: PlaceFlags): string | undefined {
  const own = commandIn(error);
  if (own !== undefined || !isKeychainAuthError(error)) return own;
  return EXPLAINED.has(exitCodeOf(error))
    ? `kca doctor${samePlace(flags, "project", "service", "socket")}`
    : undefined;
}
