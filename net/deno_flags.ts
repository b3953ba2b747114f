/**
 * The permissions that Deno's own sockets need, checked without prompting.
 *
 * @module
 */

import { deno, granted, runtime, userId } from "../src/runtime.ts";

/**
 * @param endpoint Where to connect to.
 * @param check Whether to find out who listens: from the owners of the socket and of the folders that
 * lead to it, and from the caller's own user id.
 * @returns The flags to add, or `undefined` when nothing is missing.
 */
export function missingFlags(endpoint: string, check = true): readonly string[] | undefined {
  if (deno === undefined || runtime.system === "windows") return undefined;
  const net = netPermission(endpoint);
  const path = check ? topOf(endpoint) : endpoint;
  const paths = granted({ name: "read", path }) && granted({ name: "write", path: endpoint });
  if (paths && net.granted && (!check || userId() !== undefined)) return undefined;
  const flags = [`--allow-read=${path}`, `--allow-write=${endpoint}`, net.flag];
  return check ? [...flags, "--allow-sys=uid"] : flags;
}

/**
 * The first folder of a path: a permission for it covers everything inside.
 *
 * @param path Absolute, or relative to the working directory.
 */
export function topOf(path: string): string {
  if (!path.startsWith("/")) return ".";
  return `/${path.split("/").find((name) => name !== "") ?? ""}`;
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
