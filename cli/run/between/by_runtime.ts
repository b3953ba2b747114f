/**
 * Starts a program with the runtime's own function, when there is no FFI. Only Node then passes on
 * further descriptors, and the runtime decides what stdout is.
 *
 * @module
 */

import { runtime } from "../../../src/runtime.ts";
import { type Host, SpawnError } from "../../host/host.ts";
import { builtin } from "../../host/process.ts";
import type { Program } from "../exec/become.ts";
import { recordOf } from "../environment.ts";
import { findProgram } from "../exec/find.ts";
import type { StartTraces } from "../exec/traces.ts";
import type { ProgramEnd, Running } from "./running.ts";
import { onSignal } from "./runtime.ts";

/**
 * Starts a program.
 *
 * @param found Descriptors that the runtime marked close-on-exec.
 * @param ignore Signals that must be ignored in the program.
 * @param piped The streams to read here.
 * @throws {SpawnError} When the system does not start it.
 */
export async function spawnByRuntime(
  host: Host,
  program: Program,
  { marked }: Pick<StartTraces, "marked">,
  ignore: readonly number[],
  piped: readonly (1 | 2)[],
): Promise<Running> {
  const { file, words } = findProgram(program, ignore);
  if (runtime.name === "node") return await spawnOnNode(file, words, program, marked, piped);
  const streams = (at: 1 | 2): "pipe" | "inherit" => piped.includes(at) ? "pipe" : "inherit";
  const child = await host.spawn({
    file,
    args: words.slice(1),
    env: recordOf(program.env),
    stdout: streams(1),
    stderr: streams(2),
  });
  return {
    output: ([[1, child.stdout], [2, child.stderr]] as const)
      .flatMap(([stream, chunks]) => chunks ? [{ stream, chunks }] : []),
    onStop: () => {},
    ended: child.exited.then((code) => ({ code })),
    kill: (signal) => {
      const name = NAMES[signal];
      if (name !== undefined) child.kill(name);
    },
  };
}

/** Signals that a host passes on by name. */
const NAMES = { 1: "SIGHUP", 2: "SIGINT", 3: "SIGQUIT", 15: "SIGTERM" } as const as Readonly<
  Record<number, "SIGHUP" | "SIGINT" | "SIGQUIT" | "SIGTERM">
>;

async function spawnOnNode(
  file: string,
  words: readonly string[],
  program: Program,
  marked: readonly number[],
  piped: readonly (1 | 2)[],
): Promise<Running> {
  const { spawn } = builtin("node:child_process");
  const [argv0, ...args] = words;
  const streams = ([1, 2] as const).map((at) => piped.includes(at) ? "pipe" : "inherit");
  let child: ReturnType<typeof spawn>;
  try {
    child = spawn(file, args, {
      argv0,
      env: recordOf(program.env),
      stdio: ["inherit", ...streams, ...others(marked)],
    });
  } catch (error) {
    // Node throws some errors, such as E2BIG, and reports the others by an event.
    throw notStarted(error);
  }
  let stopped = false;
  const running: Running = {
    output: ([[1, child.stdout], [2, child.stderr]] as const)
      .flatMap(([stream, chunks]) => chunks ? [{ stream, chunks }] : []),
    onStop: () => {},
    ended: new Promise<ProgramEnd>((resolve) => {
      const numbers = builtin("node:os").constants.signals;
      child.on(
        "exit",
        (code, signal) =>
          resolve(signal === null ? { code: code ?? 1 } : { signal: numbers[signal] }),
      );
    }),
    kill: (signal) => void child.kill(signal),
  };
  onSignal("SIGCHLD", () => {
    const now = isStopped(child.pid);
    // The program continued together with this process, or because of a signal that was passed on.
    if (now && !stopped) running.onStop(0);
    stopped = now;
  });
  await new Promise<void>((resolve, reject) => {
    child.on("spawn", resolve);
    child.on("error", (error) => reject(notStarted(error)));
  });
  return running;
}

function notStarted(error: unknown): SpawnError {
  return new SpawnError((error as { code?: string }).code ?? String(error));
}

/** Inherited descriptors above 2. Node marks them close-on-exec, so the child gets copies. */
function others(marked: readonly number[]): ("ignore" | number)[] {
  const given: ("ignore" | number)[] = [];
  for (const fd of marked) if (fd > 2) given[fd - 3] = fd;
  // A gap stays a gap: Node opens nothing for it.
  return Array.from(given, (fd) => fd ?? "ignore");
}

/** Whether a process is stopped, from /proc; unknown on macOS. */
function isStopped(pid: number | undefined): boolean {
  try {
    const stat = builtin("node:fs").readFileSync(`/proc/${pid}/stat`, "latin1");
    return stat[stat.lastIndexOf(")") + 2] === "T";
  } catch {
    return false;
  }
}
