/**
 * Becomes a program on a Node with `process.execve` (22.15 and newer) and without FFI. Descriptors
 * above 2 that Node marked close-on-exec at its start stay marked, and the limit of open files
 * stays raised.
 *
 * @module
 */

import { recordOf } from "../environment.ts";
import type { Program } from "./become.ts";
import { findProgram } from "./find.ts";
import { dispositions } from "./signals.ts";
import type { StartTraces } from "./traces.ts";

interface NodeProcess {
  execve?(file: string, args: readonly string[], env: Readonly<Record<string, string>>): never;
  on(signal: "SIGPIPE" | "SIGXFSZ", handler: () => void): void;
}

function node(): NodeProcess {
  return (globalThis as unknown as { process: NodeProcess }).process;
}

/** Whether this runtime can do it. */
export function hasExecve(): boolean {
  return node().execve !== undefined;
}

/**
 * Becomes a program. Returns when it is unknown whether the call would succeed, because Node aborts
 * when it fails.
 *
 * @param program The program.
 * @param found How this process was started.
 * @throws {SpawnError} When the system would not start it.
 */
export function becomeByNode(program: Program, found: StartTraces): void {
  const { ignore } = dispositions("node", found);
  const { file, words, sure } = findProgram(program, ignore);
  if (!sure) return;
  // Node ignores these signals. exec sets caught signals to their default, but not ignored ones.
  node().on("SIGPIPE", () => {});
  node().on("SIGXFSZ", () => {});
  node().execve!(file, words, recordOf(program.env));
}
