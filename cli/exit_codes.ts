/**
 * Exit codes.
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
  /** The command line, or a file or name in it, is wrong. */
  usage: 2,
  /** No daemon could be reached, or the runtime forbids it. */
  noDaemon: 3,
  /** The daemon's policy forbids it. */
  denied: 4,
  /** Anything else. */
  failed: 5,
  /** The program to run cannot be executed; the code of shells. */
  notExecutable: 126,
  /** The program to run was not found; the code of shells. */
  notFound: 127,
  /** Ctrl-C or Ctrl-D at a question. */
  cancelled: 130,
  /** The reader of a pipe has closed it; the code of an end by SIGPIPE. */
  brokenPipe: 141,
} as const;

/** The same for users, in the order of the help and the manual. */
export const EXIT_CODES: readonly (readonly [code: string, meaning: string])[] = [
  ["0", "done"],
  ["1", "a secret is missing; for kca scan: a secret was found"],
  ["2", "wrong usage: flags, files, names, values"],
  ["3", "no daemon can be reached, or the runtime forbids it"],
  ["4", "denied by the daemon's policy"],
  ["5", "another failure, or a question was answered with no"],
  ["126", "kca run: the program cannot be executed"],
  ["127", "kca run: the program was not found"],
  ["130", "Ctrl-C or Ctrl-D at a question"],
  ["141", "the reader of the output is gone (SIGPIPE)"],
  ["128 + n", "signal n ended the program"],
  ["others", "kca run: the exit code of the program"],
];

/** Ends the command with a message. Never contains a value. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly exitCode: number;
  /** What to type next, for programs; the message contains it too. */
  readonly remedy: string | undefined;

  constructor(exitCode: number, message: string, remedy?: string) {
    super(message);
    this.exitCode = exitCode;
    this.remedy = remedy;
  }
}

/** @returns An error about the command line. */
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

/** @returns The text of an error for users: the message of an error, else the value itself. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  const reason = isKeychainAuthError(error, "partial_failure") && cause instanceof Error
    ? `\n${cause.message}`
    : "";
  return error.message + reason;
}

/** @returns Whether an error means that the reader of the output is gone. */
export function isBrokenPipe(error: unknown): boolean {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown };
  return code === "EPIPE" || name === "BrokenPipe";
}
