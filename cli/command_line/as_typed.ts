/**
 * Commands for people to copy. npm and Bun install `kca` for one project, and then no shell finds it
 * without `npx` or `bunx`.
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
  // npx and scripts of package.json put these folders on the path of what they start, and no other.
  const [first] = folders;
  if (first === undefined || !folders.every(isProjects)) return command;
  const launcher = runtime.name === "bun" ? "bunx --bun" : "npx";
  // What no project has installed lies in a cache, and is found by the name of the package only.
  return IN_CACHE.test(first)
    ? command.replace("kca", `${launcher} @keychain-auth/client`)
    : `${launcher} ${command}`;
}

function isProjects(folder: string): boolean {
  return /[\\/]node_modules[\\/]\.bin[\\/]?$/.test(folder);
}
