/**
 * Adds the flags that Deno needs to the errors of connecting.
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
import { deno, type DenoPermission, env, granted, runtime } from "../src/runtime.ts";

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
  const there = files.find(exists);
  if (there !== undefined) return `--allow-ffi=${there}`;
  // Deno permits the most likely path, but the library did not load from it: it is elsewhere.
  const elsewhere = granted({ name: "ffi", path: files[0]! });
  return `--allow-ffi=${elsewhere ? files.join(",") : files[0]}`;
}

/**
 * @param why Why FFI cannot be used.
 * @param hint What to use instead.
 * @returns The error for a caller who asked for FFI.
 */
export function noFfi(why: string, hint = ""): Error {
  return why === NOT_PERMITTED
    ? new PermissionError("FFI", [ffiFlags()])
    : new TransportUnavailableError("ffi", why + hint);
}

/** True when a file is known to exist. Deno says so only with the permission to read it. */
function exists(path: string): boolean {
  if (!granted({ name: "read", path })) return false;
  try {
    return deno!.statSync(path) !== undefined;
  } catch {
    return false;
  }
}

/**
 * Adds other sets of flags that help: FFI instead of the three flags for a socket, and access to
 * the environment, without which only the system's daemon is found.
 *
 * @param error The error of connecting.
 * @param options The options of the client.
 * @returns The error to throw.
 */
export function withFlags(error: unknown, { endpoint, transport }: ConnectSyncOptions): unknown {
  if (deno === undefined) return error;
  const all = withFfi(error, transport);
  return withoutDenied(endpoint === undefined ? withEnvironment(all) : all);
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
  const what = "reading the environment variables that say where the daemon listens";
  return new PermissionError(what, sets.map((set) => [flag, ...set]), { cause: error });
}

/** A flag that denies overrides one that allows, so it must be removed. */
function withoutDenied(error: unknown): unknown {
  if (!(error instanceof PermissionError)) return error;
  const { what, cause } = error;
  const sets = usableSets(error.flags);
  if (sets.length === error.flags.length) return error;
  if (sets.length > 0) return new PermissionError(what, sets, { cause });
  const denied = new Set(error.flags[0]!.filter(isDenied).map(denyingFlag));
  // Further missing permissions are reported once the denying flag is gone.
  const missing = error.flags[0]!.filter((flag) => !isDenied(flag) && !isGranted(flag));
  return new PermissionError(what, [missing], { cause, without: [...denied] });
}

/** @returns The sets of flags without those that a `--deny-` flag of this process makes useless. */
export function usableSets(sets: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return sets.filter((set) => !set.some(isDenied));
}

function isDenied(flag: string): boolean {
  return statesOf(flag).includes("denied");
}

/** Whether this flag, or one that allows more, was already given. */
function isGranted(flag: string): boolean {
  return statesOf(flag).every((state) => state === "granted");
}

/** Deno's current states of the permissions that a flag would allow. */
function statesOf(flag: string): readonly string[] {
  const [, name = "", list] = /^--allow-(\w+)(?:=(.*))?$/.exec(flag) ?? [];
  const key = name === "env" ? "variable" : name === "net" ? "host" : "path";
  const values = list === undefined ? [undefined] : list.split(",");
  return values.map((value) => {
    const permission = { name, ...(value !== undefined && { [key]: value }) } as DenoPermission;
    try {
      const { state, partial } = deno!.permissions.querySync(permission);
      // A flag denies a part of the permission, perhaps the needed one.
      return partial ? "denied" : state;
    } catch {
      return "prompt"; // Deno before 2.9 knows no Unix socket here.
    }
  });
}

function denyingFlag(flag: string): string {
  return flag.replace(/^--allow-(\w+).*/, "--deny-$1");
}
