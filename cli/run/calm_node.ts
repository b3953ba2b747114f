/**
 * What Node does by itself that a program would notice.
 *
 * @module
 */

import { runtime } from "../../src/runtime.ts";
import { usageError } from "../exit_codes.ts";

/**
 * Refuses a program's own `--env-file` where Node has taken it for itself: it has put the file's
 * variables into this process, obeyed its NODE_OPTIONS, and ends by itself when there is no such file.
 *
 * @param args All arguments of this process.
 * @throws {CommandError} Where `--` would have kept Node from it.
 */
export function refuseEnvFile(args: readonly string[]): void {
  if (runtime.name !== "node") return;
  const end = args.indexOf("--");
  const looked = end < 0 ? args : args.slice(0, end);
  if (looked.some((word) => /^--env-file(?:-if-exists)?(?:=|$)/.test(word))) {
    throw usageError(
      "Node takes --env-file for itself unless -- stands before it: type -- before the program. " +
        "Nothing was started",
    );
  }
}

/** Keeps Node from it. Called before anything is read. */
export function calmNode(): void {
  if (runtime.name !== "node" || runtime.system === "windows") return;
  const { process } = globalThis as unknown as { process: object };
  // Closing a socket looks at process.stderr, which opens a terminal anew in the place of stderr.
  Object.defineProperty(process, "stderr", { configurable: true, value: undefined });
}
