/**
 * The flags that Deno needs to connect, added to the errors that lack them.
 *
 * @module
 */

import { NOT_PERMITTED } from "../ffi/binding.ts";
import { libcCandidates } from "../ffi/posix/libc.ts";
import { endpointVariables } from "../src/client/endpoint.ts";
import type { ConnectSyncOptions } from "../src/client/options.ts";
import {
  DaemonUnavailableError,
  PermissionError,
  TransportUnavailableError,
} from "../src/errors/unavailable.ts";
import { deno, env, granted, runtime } from "../src/runtime.ts";

/** The flag for the ffi transport. */
export function ffiFlags(): readonly string[] {
  if (runtime.name !== "deno" || runtime.system === "windows") return ["--allow-ffi"];
  return [ffiFlag(libcCandidates(runtime))];
}

/**
 * @param paths Where the library may be.
 * @returns The flag that permits to load it.
 */
export function ffiFlag(paths: readonly string[]): string {
  const files = paths.filter((path) => path.startsWith("/"));
  const found = files.find(exists) ?? files[0]!;
  // Permitted, and yet not loaded: it is somewhere else.
  return `--allow-ffi=${granted({ name: "ffi", path: found }) ? files.join(",") : found}`;
}

/**
 * @param why Why FFI cannot be used.
 * @param hint What to use instead.
 * @returns The error of a caller who asked for FFI.
 */
export function noFfi(why: string, hint = ""): Error {
  return why === NOT_PERMITTED
    ? new PermissionError("FFI", [ffiFlags()])
    : new TransportUnavailableError("ffi", why + hint);
}

/** True when a file is known to exist, which Deno tells only with the permission to read it. */
function exists(path: string): boolean {
  if (!granted({ name: "read", path })) return false;
  try {
    return deno!.statSync(path) !== undefined;
  } catch {
    return false;
  }
}

/**
 * Adds what else Deno could be given: FFI in place of the three flags for a socket, and the
 * environment, without which only the daemon of the whole system is found.
 *
 * @param error The error of connecting.
 * @param options The options of the client.
 * @returns The error to throw.
 */
export function withFlags(error: unknown, { endpoint, transport }: ConnectSyncOptions): unknown {
  if (deno === undefined) return error;
  const all = withFfi(error, transport);
  return endpoint === undefined ? withEnvironment(all) : all;
}

function withFfi(error: unknown, transport: ConnectSyncOptions["transport"]): unknown {
  const socket = error instanceof PermissionError && error.what !== "FFI";
  if (!socket || transport === "deno") return error;
  return new PermissionError(error.what, [ffiFlags(), ...error.flags], { cause: error.cause });
}

function withEnvironment(error: unknown): unknown {
  if (!(error instanceof DaemonUnavailableError || error instanceof PermissionError)) return error;
  const variables = endpointVariables(runtime.system);
  const readable = variables.filter((variable) => granted({ name: "env", variable }));
  const named = readable.includes("KEYCHAIN_AUTH_SOCKET") && env("KEYCHAIN_AUTH_SOCKET");
  if (readable.length === variables.length || named) return error;
  const flag = `--allow-env=${variables.join(",")}`;
  const sets = error instanceof PermissionError ? error.flags : [[]];
  const what = "reading the environment, which tells where the daemon listens";
  return new PermissionError(what, sets.map((set) => [flag, ...set]), { cause: error });
}
