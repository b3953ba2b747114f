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
  /** The reader of a pipe has seen enough: as SIGPIPE would have ended it. */
  brokenPipe: 141,
} as const;

/** An end with a message of its own. Never holds a value. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly exitCode: number;

  constructor(exitCode: number, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** @returns An error of what was typed. */
export function usageError(message: string): CommandError {
  return new CommandError(EXIT.usage, message);
}

const BY_CODE: Readonly<Partial<Record<ErrorCode, number>>> = {
  missing_secrets: EXIT.missing,
  invalid_request: EXIT.usage,
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
