/**
 * Becoming a program on a Node that has `process.execve` (22.15 and newer) and no FFI. Descriptors
 * above 2 that Node marked close-on-exec at its start, and a raised limit of open files, stay so.
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
 * Becomes a program. Comes back when it is not known whether that can be done: Node aborts when the
 * call fails.
 *
 * @param program What to become.
 * @param found How this process was started.
 * @throws {SpawnError} When the system would not start it.
 */
export function becomeByNode(program: Program, found: StartTraces): void {
  const { ignore } = dispositions("node", found);
  const { file, words, sure } = findProgram(program, ignore);
  if (!sure) return;
  // Node ignores them. What is caught is set to its default by exec, what is ignored is not.
  node().on("SIGPIPE", () => {});
  node().on("SIGXFSZ", () => {});
  node().execve!(file, words, recordOf(program.env));
}
