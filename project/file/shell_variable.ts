/**
 * Variables that decide what to trust. Bun adds those of a `.env` in the working directory to its
 * environment, so the author of a repository could set them.
 *
 * @module
 */

import { env, runtime } from "../../src/runtime.ts";
import { readFile } from "./files.ts";

/**
 * Reads a variable of the shell, not of a `.env`.
 *
 * @returns `undefined` when it is unset or empty. With Bun on systems other than Linux it may still
 * come from a `.env`.
 */
export function shellVariable(name: string): string | undefined {
  if (runtime.name !== "bun" || runtime.system !== "linux") return env(name);
  const entries = new TextDecoder().decode(readFile("/proc/self/environ") ?? new Uint8Array());
  const found = entries.split("\0").find((entry) => entry.startsWith(`${name}=`));
  return found?.slice(name.length + 1) || undefined;
}
