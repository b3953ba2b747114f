/**
 * Prevents actions of Node that a program would notice.
 *
 * @module
 */

import { runtime } from "../../src/runtime.ts";
import { usageError } from "../exit_codes.ts";

/**
 * Refuses a program's own `--env-file` when Node has read it: Node has then put the file's
 * variables into this process, obeyed its NODE_OPTIONS, and ends when the file does not exist.
 *
 * @param args All arguments of this process.
 * @throws {CommandError} When `--` would have prevented this.
 */
export function refuseEnvFile(args: readonly string[]): void {
  if (runtime.name !== "node") return;
  const end = args.indexOf("--");
  const looked = end < 0 ? args : args.slice(0, end);
  if (looked.some((word) => /^--env-file(?:-if-exists)?(?:=|$)/.test(word))) {
    throw usageError(
      "Node reads --env-file itself unless it comes after --: type -- before the program. " +
        "Nothing was started",
    );
  }
}

/** Called before anything is read. */
export function detachStderr(): void {
  if (runtime.name !== "node" || runtime.system === "windows") return;
  const { process } = globalThis as unknown as { process: object };
  // Closing a socket accesses process.stderr, which opens a terminal again in place of stderr.
  Object.defineProperty(process, "stderr", { configurable: true, value: undefined });
}
