/**
 * How the command ends.
 *
 * @module
 */

import { type ErrorCode, isKeychainAuthError } from "../src/errors/mod.ts";

/** What the command's exit codes mean. */
export const EXIT = {
  ok: 0,
  /** A secret does not exist. */
  missing: 1,
  /** `kca scan` has found a secret. */
  found: 1,
  /** The command line, or what it names, is wrong. */
  usage: 2,
  /** No daemon could be reached, or it may not be reached. */
  noDaemon: 3,
  /** The daemon's policy forbids it. */
  denied: 4,
  /** Anything else. */
  failed: 5,
  /** The program to run cannot be executed; as a shell says it. */
  notExecutable: 126,
  /** The program to run was not found; as a shell says it. */
  notFound: 127,
  /** Ctrl-C or Ctrl-D at a question. */
  cancelled: 130,
  /** The reader of a pipe has seen enough: as SIGPIPE would have ended it. */
  brokenPipe: 141,
} as const;

/** The same for people, in the order of help and manual. */
export const EXIT_CODES: readonly (readonly [code: string, meaning: string])[] = [
  ["0", "done"],
  ["1", "a secret is missing; kca scan: one was found"],
  ["2", "wrong usage: flags, files, names, values"],
  ["3", "no daemon can be reached, or it may not be reached"],
  ["4", "denied by the daemon's policy"],
  ["5", "failed for another reason, or a question was answered with no"],
  ["126", "kca run: the program cannot be executed"],
  ["127", "kca run: the program was not found"],
  ["130", "Ctrl-C or Ctrl-D at a question"],
  ["141", "nobody reads the output any more (SIGPIPE)"],
  ["128 + n", "signal n ended it"],
  ["others", "kca run: the program's own"],
];

/** An end with a message of its own. Never holds a value. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly exitCode: number;
  /** What to type next, for programs: the message says it too. */
  readonly remedy: string | undefined;

  constructor(exitCode: number, message: string, remedy?: string) {
    super(message);
    this.exitCode = exitCode;
    this.remedy = remedy;
  }
}

/** @returns An error of what was typed. */
export function usageError(message: string, remedy?: string): CommandError {
  return new CommandError(EXIT.usage, message, remedy);
}

const BY_CODE: Readonly<Partial<Record<ErrorCode, number>>> = {
  missing_secrets: EXIT.missing,
  invalid_request: EXIT.usage,
  request_too_large: EXIT.usage,
  daemon_unavailable: EXIT.noDaemon,
  permission: EXIT.noDaemon,
  transport_unavailable: EXIT.noDaemon,
  untrusted_peer: EXIT.noDaemon,
  denied: EXIT.denied,
};

/** @returns The exit code for what was thrown. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CommandError) return error.exitCode;
  return isKeychainAuthError(error) ? BY_CODE[error.code] ?? EXIT.failed : EXIT.failed;
}

/** @returns What was thrown, for people: known errors by their message, unknown ones by name. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  const reason = isKeychainAuthError(error, "partial_failure") && cause instanceof Error
    ? `\n${cause.message}`
    : "";
  return error.message + reason;
}

/** @returns Whether what was thrown says that nobody reads our output any more. */
export function isBrokenPipe(error: unknown): boolean {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown };
  return code === "EPIPE" || name === "BrokenPipe";
}
