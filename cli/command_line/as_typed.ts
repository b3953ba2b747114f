/**
 * Commands to copy. When npm or Bun has installed `kca` for one project, a shell finds it only
 * through `npx` or `bunx`.
 *
 * @module
 */

import { below, exists } from "../../project/file/files.ts";
import { env, runtime } from "../../src/runtime.ts";

const IN_CACHE = /[\\/](?:_npx|bunx-[^\\/]*)[\\/]/;

/**
 * @param command A command line that may begin with `kca`.
 * @returns The line as it works at the prompt that this process was started from.
 */
export function asTyped(command: string): string {
  if (!command.startsWith("kca ")) return command;
  const folders = (env("PATH") ?? "").split(runtime.system === "windows" ? ";" : ":")
    .filter((folder) => folder !== "" && exists(below(folder, "kca")));
  // npx and scripts of package.json put these folders on the PATH of the programs they start.
  const [first] = folders;
  if (first === undefined || !folders.every(isProjects)) return command;
  const launcher = runtime.name === "bun" ? "bunx --bun" : "npx";
  // A copy that no project has installed is in a cache, and is found only by the name of the
  // package.
  return IN_CACHE.test(first)
    ? command.replace("kca", `${launcher} @keychain-auth/client`)
    : `${launcher} ${command}`;
}

function isProjects(folder: string): boolean {
  return /[\\/]node_modules[\\/]\.bin[\\/]?$/.test(folder);
}
