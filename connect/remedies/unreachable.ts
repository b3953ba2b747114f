/**
 * Why no endpoint could be connected to.
 *
 * @module
 */

import type { DialFailure } from "../../src/client/dial.ts";
import { TimeoutError } from "../../src/errors/connection.ts";
import {
  type Attempt,
  DaemonUnavailableError,
  PermissionError,
  UntrustedPeerError,
} from "../../src/errors/unavailable.ts";
import { Failure } from "../../src/protocol/outcome.ts";
import { runtime, type RuntimeName } from "../../src/runtime.ts";
import { SystemCallError } from "../../src/transport.ts";
import type { Machine } from "./machine.ts";
import { type Ask, type NamedBy, noConnection, unset, wrongKind } from "./no_connection.ts";
import { noReply } from "./no_reply.ts";

const BUSY = "The daemon exists but does not accept connections. It may be stopped or overloaded";

/**
 * @param own The name of a transport of the caller's own: an endpoint that was named for it need not
 * be a socket's path.
 * @returns The failure for every caller who waits for the connection.
 */
export function* unreachable(
  { errors, untrusted, timeout }: DialFailure,
  named: NamedBy,
  machine: Machine,
  own?: string,
): Ask<Failure> {
  if (untrusted !== undefined) {
    const { uid, source } = untrusted;
    const why = uid === undefined ? notByKernel(source) : undefined;
    const remedy = uid !== undefined && named === "KEYCHAIN_AUTH_SOCKET" ? unset(named) : undefined;
    return new Failure(() => new UntrustedPeerError(errors[0]![0], uid, why, remedy), false);
  }
  const foreign = own !== undefined && named === "endpoint";
  const tried: Attempt[] = [];
  const forbidden: PermissionError[] = [];
  let cause: unknown;
  for (const [endpoint, error] of errors) {
    if (error instanceof PermissionError) forbidden.push(error);
    else if (!(error instanceof SystemCallError)) return new Failure(() => error, false);
    else if (error.code === "ETIMEDOUT") {
      const { advice = BUSY, remedy } = noReply({ endpoint }, machine) ?? {};
      const late = () => new TimeoutError("connection", timeout, false, advice, remedy);
      return new Failure(late, false);
    } else {
      const reason = foreign ? error.code : reasonOf(endpoint, error.code, machine);
      tried.push({ endpoint, error: error.code, reason });
      cause = error;
    }
  }
  if (forbidden.length > 0) return new Failure(() => PermissionError.any(forbidden), false);
  const advice = foreign
    ? {
      advice: `The transport ${
        JSON.stringify(own)
      } could not connect. Check that a server listens there`,
    }
    : yield* noConnection(tried, named, machine);
  const options = { cause, ...advice };
  return new Failure(() => new DaemonUnavailableError(tried, options), false);
}

function notByKernel(source: string | undefined): string {
  const required = 'peer: { require: "kernel" } is set, and ';
  if (runtime.system === "windows") {
    return `${required}Windows does not tell which user listens at a pipe. Leave the option out`;
  }
  const known = source === "file"
    ? "this transport knows only who owns the socket file"
    : "this transport does not know who owns the socket";
  return `${required}${known}. Use the transport "ffi": ${FFI[runtime.name]}`;
}

const FFI: Readonly<Record<RuntimeName, string>> = {
  deno: "run Deno with --allow-ffi",
  bun: "leave out the option transport",
  node: "run Node 26 or newer, under its permission model with --allow-ffi",
  unknown: "run Deno, Bun, or Node 26 or newer",
};

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "no such socket; the daemon is not started",
  ENOTDIR: "a part of the path is not a folder",
  ECONNREFUSED: "nothing listens; the socket is left over from a daemon that was killed",
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

/**
 * What an error of connecting means, in words. For any file that is not a socket, Linux reports
 * ECONNREFUSED too.
 *
 * @param code The error's name.
 */
export function reasonOf(endpoint: string, code: string, machine: Machine): string {
  const found = wrongKind({ endpoint, error: code }, machine);
  return found === undefined ? REASONS[code] ?? code : `it is ${found}`;
}
