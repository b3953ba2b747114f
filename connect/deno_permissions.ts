/**
 * What Deno must be granted for a connection, asked without prompting.
 *
 * @module
 */

import { ffiFlag } from "../ffi/deno.ts";
import { libcCandidates } from "../ffi/posix/libc.ts";
import { endpointVariables } from "../src/client/endpoint.ts";
import { DaemonUnavailableError, PermissionError } from "../src/errors/unavailable.ts";
import { env, runtime } from "../src/runtime.ts";

interface DenoGlobal {
  readonly permissions: { querySync(descriptor: Permission): { state: string } };
}

interface Permission {
  readonly name: "read" | "write" | "net" | "env" | "sys";
  readonly kind?: "uid";
  readonly path?: string;
  readonly host?: string;
  readonly variable?: string;
}

const { Deno } = globalThis as unknown as { Deno?: DenoGlobal };

/**
 * @param endpoint Where to connect to through node:net.
 * @returns `undefined` when nothing is missing, else the sets of flags that would do.
 */
export function missingFlags(endpoint: string): readonly (readonly string[])[] | undefined {
  if (Deno === undefined || runtime.system === "windows") return undefined;
  const there = granted({ name: "read", path: endpoint }) &&
    granted({ name: "write", path: endpoint }) && net(endpoint).granted;
  return there ? undefined : flagSets(endpoint);
}

/** @returns The sets of flags, any one of which lets Deno connect. */
export function flagSets(endpoint: string): readonly (readonly string[])[] {
  if (runtime.system === "windows") return [["--allow-ffi"], ["-A"]];
  return [
    [ffiFlag(libcCandidates(runtime))],
    [`--allow-read=${endpoint}`, `--allow-write=${endpoint}`, net(endpoint).flag],
  ];
}

function net(endpoint: string): { flag: string; granted: boolean } {
  const host = `unix:${endpoint}`;
  try {
    return { flag: `--allow-net=${host}`, granted: granted({ name: "net", host }) };
  } catch {
    // Deno before 2.9 has no permission for one Unix socket, and refuses the flag for it.
    return { flag: "--allow-net", granted: granted({ name: "net" }) };
  }
}

/** Whether a path may be looked at. */
export function mayRead(path: string): boolean {
  return Deno === undefined || granted({ name: "read", path });
}

/** Whether the caller's own user id may be known. */
export function mayKnowUser(): boolean {
  return Deno === undefined || granted({ name: "sys", kind: "uid" });
}

/** Never prompts. */
function granted(permission: Permission): boolean {
  return Deno?.permissions.querySync(permission).state === "granted";
}

/**
 * Without the environment only the daemon of the whole system is found: then that is what is
 * missing, more than a daemon.
 *
 * @param error What connecting without a named endpoint gave.
 * @returns The error to throw: with the flag for the environment, where that is not granted.
 */
export function withEnvironment(error: unknown): unknown {
  const reached = !(error instanceof DaemonUnavailableError || error instanceof PermissionError);
  if (Deno === undefined || reached) return error;
  const variables = endpointVariables(runtime.system);
  const readable = variables.filter((variable) => granted({ name: "env", variable }));
  const named = readable.includes("KEYCHAIN_AUTH_SOCKET") && env("KEYCHAIN_AUTH_SOCKET");
  if (readable.length === variables.length || named) return error;
  const flag = `--allow-env=${variables.join(",")}`;
  const sets = error instanceof PermissionError ? error.flags : [[]];
  const what = "reading the environment, which tells where the daemon listens";
  return new PermissionError(what, sets.map((set) => [flag, ...set]), { cause: error });
}
