/**
 * The permissions that Deno's own sockets need, asked without prompting.
 *
 * @module
 */

import { deno, granted, runtime } from "../src/runtime.ts";

/**
 * @param endpoint Where to connect to.
 * @returns The flags to add, or `undefined` when nothing is missing.
 */
export function missingFlags(endpoint: string): readonly string[] | undefined {
  if (deno === undefined || runtime.system === "windows") return undefined;
  const net = netPermission(endpoint);
  const paths = granted({ name: "read", path: endpoint }) &&
    granted({ name: "write", path: endpoint });
  if (paths && net.granted) return undefined;
  return [`--allow-read=${endpoint}`, `--allow-write=${endpoint}`, net.flag];
}

function netPermission(endpoint: string): { flag: string; granted: boolean } {
  const host = `unix:${endpoint}`;
  try {
    return { flag: `--allow-net=${host}`, granted: granted({ name: "net", host }) };
  } catch {
    // Deno before 2.9 has no permission for one Unix socket, and refuses the flag for it.
    return { flag: "--allow-net", granted: granted({ name: "net" }) };
  }
}
