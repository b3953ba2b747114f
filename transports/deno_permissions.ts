/**
 * What Deno must be granted for a connection, asked without prompting.
 *
 * @module
 */

import { libcCandidates } from "../ffi/libc.ts";
import type { Runtime } from "../src/runtime.ts";

interface DenoGlobal {
  readonly permissions: {
    querySync(descriptor: { name: string; path?: string; host?: string }): { state: string };
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
