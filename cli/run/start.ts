/**
 * Starts a program: by becoming it where possible, else as a child.
 *
 * @module
 */

import { runtime } from "../../src/runtime.ts";
import { CommandError, EXIT } from "../exit_codes.ts";
import { type Host, SpawnError } from "../host/host.ts";
import { shellEnvironment } from "../host/shell_environment.ts";
import { environmentOf, type Wanted } from "./environment.ts";
import { become, type Means, type Program } from "./exec/become.ts";
import { openLibc } from "../libc/libc.ts";
import { traceStart } from "./exec/traces.ts";
import { checkSizes, systemLimits } from "./limits.ts";
import { rawArguments } from "./raw_arguments.ts";

const windows = runtime.system === "windows";

let prepared: Means | undefined;

/** Loads what a start needs, while the process waits anyway. */
export function prepare(host: Host): Means | undefined {
  if (windows) {
    host.prepareSpawn();
    return undefined;
  }
  if (prepared !== undefined) return prepared;
  const libc = openLibc();
  const typed = shellEnvironment(host).get("_");
  return prepared = { libc, found: traceStart(host, libc, typed, runtime.name === "node") };
}

/**
 * Starts a program. Returns only when this process does not become it.
 *
 * @param host Where this runs.
 * @param command The program and its arguments.
 * @param wanted Its variables.
 * @param masked Values to mask in its output.
 * @returns The exit code.
 * @throws {CommandError} When it cannot be started.
 */
export async function start(
  host: Host,
  command: readonly string[],
  wanted: Wanted,
  masked: Iterable<string>,
): Promise<number> {
  const values = [...masked];
  const piped = ([1, 2] as const).filter((at) => values.length > 0 && !host.isTerminal(at));
  try {
    const means = prepare(host);
    if (means === undefined) {
      const { startOnWindows } = await import("./between/on_windows.ts");
      return await startOnWindows(host, command, wanted, { piped, values });
    }
    const program = programOf(host, command, wanted, means);
    if (means.libc === undefined) checkText(program);
    if (piped.length === 0) await becomeProgram(host, program, means);
    const { stayBetween } = await import("./between/between.ts");
    return await stayBetween(host, program, means, { piped, values });
  } catch (error) {
    throw error instanceof SpawnError ? notStarted(command[0]!, error.code) : error;
  }
}

/** Returns when this runtime cannot do it. */
async function becomeProgram(host: Host, program: Program, { libc, found }: Means): Promise<void> {
  if (libc !== undefined) become(libc, host, program, found);
  if (runtime.name !== "node") return;
  const { becomeByNode, hasExecve } = await import("./exec/process_execve.ts");
  if (hasExecve()) becomeByNode(program, found);
}

function programOf(
  host: Host,
  command: readonly string[],
  wanted: Wanted,
  { libc }: Means,
): Program {
  const shell = shellEnvironment(host);
  const env = environmentOf({ ...wanted, own: shell.entries });
  const [file = new Uint8Array(), ...args] = rawArguments(command, host, libc);
  checkSizes([file, ...args], env, () => systemLimits(runtime.system, host.readFile));
  return { file, args, env, path: shell.bytes("PATH") };
}

/** Refuses bytes that are not UTF-8, because no runtime can pass them on. */
function checkText({ file, args, env }: Program): void {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  for (const bytes of [file, ...args, ...env]) {
    try {
      decoder.decode(bytes);
    } catch {
      const equals = bytes.indexOf(0x3d);
      const what = env.includes(bytes)
        ? `The variable ${JSON.stringify(new TextDecoder().decode(bytes.subarray(0, equals)))}`
        : "An argument of the program";
      throw new CommandError(
        EXIT.failed,
        `${what} is not UTF-8, and ${runtime.name} ${runtime.version} cannot pass it on ` +
          "unchanged. Use Deno, Bun or Node 26. Nothing was started",
      );
    }
  }
}

function notStarted(file: string, code: string): CommandError {
  const name = JSON.stringify(file);
  const [exit, reason] = REASONS[code] ?? [EXIT.notExecutable, code];
  return new CommandError(exit, `Cannot start ${name}: ${reason}`);
}

/** Reasons by error, with the exit codes of a shell. */
const REASONS: Readonly<Record<string, readonly [exit: number, reason: string]>> = {
  ENOENT: [EXIT.notFound, "there is no such program, or its interpreter does not exist"],
  EACCES: [EXIT.notExecutable, "it may not be executed"],
  ENOEXEC: [EXIT.notExecutable, "it is a binary file that this system cannot execute"],
  ENAMETOOLONG: [EXIT.notExecutable, "its name is longer than the system allows"],
  ELOOP: [EXIT.notExecutable, "its symbolic links form a loop"],
  ETXTBSY: [EXIT.notExecutable, "it is open for writing"],
  E2BIG: [
    EXIT.notExecutable,
    "an argument, or arguments and environment together, are larger than the system allows; leave " +
    "some out, of the environment with --only A,B or --no-inherit-env",
  ],
};
