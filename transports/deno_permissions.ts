/**
 * What Deno must be granted for a connection, asked without prompting.
 *
 * @module
 */

import { libcCandidates } from "../ffi/libc.ts";
import { DaemonUnavailableError, PermissionError } from "../src/errors/unavailable.ts";
import type { Runtime } from "../src/runtime.ts";

interface DenoGlobal {
  readonly permissions: {
    querySync(descriptor: { name: string; path?: string; host?: string; variable?: string }): {
      state: string;
    };
  };
}

/**
 * @param endpoint Where to connect to through node:net.
 * @param runtime Where this runs.
 * @returns `undefined` when nothing is missing, else the sets of flags that would do.
 */
export function denoFlags(endpoint: string, runtime: Runtime): string[][] | undefined {
  const { Deno } = globalThis as unknown as { Deno?: DenoGlobal };
  if (Deno === undefined || runtime.system === "windows") return undefined;
  const granted = (descriptor: { name: string; path?: string; host?: string }): boolean =>
    Deno.permissions.querySync(descriptor).state === "granted";
  if (
    granted({ name: "read", path: endpoint }) && granted({ name: "write", path: endpoint }) &&
    netGranted(granted, endpoint)
  ) return undefined;
  return [
    [`--allow-ffi=${libcCandidates(runtime)[0]}`],
    [`--allow-read=${endpoint}`, `--allow-write=${endpoint}`, `--allow-net=unix:${endpoint}`],
  ];
}

function netGranted(
  granted: (descriptor: { name: string; host?: string }) => boolean,
  endpoint: string,
): boolean {
  try {
    return granted({ name: "net", host: `unix:${endpoint}` });
  } catch {
    // This Deno cannot be asked about Unix sockets.
    return granted({ name: "net" });
  }
}

/** What the daemon's own rule for its endpoint depends on. */
const VARIABLES: readonly string[] = ["KEYCHAIN_AUTH_SOCKET", "XDG_RUNTIME_DIR", "HOME"];

/**
 * Without the environment only the daemon of the whole system is found: then that is what is
 * missing, more than a daemon.
 *
 * @param error What connecting without a named endpoint gave.
 * @returns The error to throw: with the flag for the environment, where that is not granted.
 */
export function withEnvironment(error: unknown): unknown {
  const { Deno } = globalThis as unknown as { Deno?: DenoGlobal };
  const reached = !(error instanceof DaemonUnavailableError || error instanceof PermissionError);
  if (Deno === undefined || reached) return error;
  const granted = (variable: string): boolean =>
    Deno.permissions.querySync({ name: "env", variable }).state === "granted";
  if (VARIABLES.every(granted)) return error;
  const flag = `--allow-env=${VARIABLES.join(",")}`;
  const sets = error instanceof PermissionError ? error.flags : [[]];
  const what = "reading the environment, which tells where the daemon listens";
  return new PermissionError(what, sets.map((set) => [flag, ...set]), { cause: error });
}
