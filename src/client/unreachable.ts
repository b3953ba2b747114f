/**
 * Why no endpoint could be connected to, and what to do about it.
 *
 * @module
 */

import { TimeoutError } from "../errors/connection.ts";
import {
  type Attempt,
  DaemonUnavailableError,
  PermissionError,
  UntrustedPeerError,
} from "../errors/unavailable.ts";
import { Failure } from "../protocol/outcome.ts";
import { runtime, type RuntimeName } from "../runtime.ts";
import { SystemCallError } from "../transport.ts";
import type { DialFailure } from "./dial.ts";

/** @returns The failure for every caller who waits for the connection. */
export function unreachable({ errors, untrusted, timeout }: DialFailure): Failure {
  if (untrusted !== undefined) {
    const { uid, source } = untrusted;
    const why = uid === undefined ? notByKernel(source) : undefined;
    return new Failure(() => new UntrustedPeerError(errors[0]![0], uid, why), false);
  }
  const tried: Attempt[] = [];
  const forbidden: PermissionError[] = [];
  let cause: unknown;
  for (const [endpoint, error] of errors) {
    if (error instanceof PermissionError) forbidden.push(error);
    else if (!(error instanceof SystemCallError)) return new Failure(() => error, false);
    else if (error.code === "ETIMEDOUT") {
      const hint =
        "The daemon exists but does not accept connections. It may be stopped or overloaded";
      return new Failure(() => new TimeoutError("connection", timeout, false, hint), false);
    } else {
      tried.push({ endpoint, error: error.code, reason: reasonOf(error.code) });
      cause = error;
    }
  }
  if (forbidden.length > 0) return new Failure(() => PermissionError.any(forbidden), false);
  const options = { cause, advice: advice(tried) };
  return new Failure(() => new DaemonUnavailableError(tried, options), false);
}

function notByKernel(source: string | undefined): string {
  const required = 'peer: { require: "kernel" } is set, and ';
  if (runtime.system === "windows") {
    return `${required}Windows does not tell which user listens at a pipe. Leave the option out`;
  }
  const known = source === "file"
    ? "this transport knows only who owns the socket's file"
    : "this transport does not know who listens";
  return `${required}${known}. Use the transport "ffi": ${FFI[runtime.name]}`;
}

const FFI: Readonly<Record<RuntimeName, string>> = {
  deno: "run Deno with --allow-ffi",
  bun: "leave out the option transport",
  node: "run Node 26 or newer, under its permission model with --allow-ffi",
  unknown: "run Deno, Bun, or Node 26 or newer",
};

function advice(tried: readonly Attempt[]): string {
  if (tried.some(({ error }) => DENIED.has(error))) {
    return "The daemon there belongs to another user, or its folder is closed to you. " +
      "Start your own with `keychain-auth start`, or ask its owner";
  }
  return "Start the daemon with `keychain-auth start`, or name its endpoint in KEYCHAIN_AUTH_SOCKET";
}

const DENIED: ReadonlySet<string> = new Set(["EACCES", "EPERM", "ERROR_ACCESS_DENIED"]);

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "no such socket; the daemon is not started",
  ENOTDIR: "a part of the path is not a folder",
  ECONNREFUSED: "nobody listens; the socket is left over from a daemon that was killed",
  EACCES: "permission denied",
  EPERM: "permission denied",
  ENOTSOCK: "it is not a socket",
  EPROTOTYPE: "it is a socket of another kind",
  EAGAIN: "the daemon does not accept connections; its queue is full",
  EMFILE: "this process has too many open files",
  ENFILE: "the system has too many open files",
  ENAMETOOLONG: "the path is too long",
  ERROR_FILE_NOT_FOUND: "no such pipe; the daemon is not started",
  ERROR_PIPE_BUSY: "all instances of the pipe are busy",
  ERROR_ACCESS_DENIED: "access denied",
  ERROR_BAD_PIPE: "it is not a pipe",
};

/** @returns The meaning of an error of connecting, in words. */
export function reasonOf(code: string): string {
  return REASONS[code] ?? code;
}
