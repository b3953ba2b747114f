import { runtime } from "../../src/runtime.ts";
import { serviceName, withClient } from "../client.ts";
import type { Context } from "../context.ts";
import { CommandError, EXIT, usageError } from "../exit_codes.ts";
import type { CommonFlags } from "../flags.ts";
import { type Child, type ChildCommand, type Host, SpawnError } from "../host/host.ts";
import { environmentOf } from "../run/environment.ts";
import { checkEnvironment, type Limits, limitsOf, parseStack } from "../run/limits.ts";
import { planFor } from "../run/plan.ts";
import { readVariables } from "../run/read.ts";
import { forwardSignals } from "../run/signals.ts";

/** The flags of `kca run`. */
export interface RunFlags extends CommonFlags {
  readonly prefix?: readonly string[];
  readonly map?: readonly string[];
  readonly envFile?: readonly string[];
  readonly only?: readonly string[];
  readonly inheritEnv: boolean;
  readonly override: boolean;
  readonly redact: boolean;
}

/** Runs a program with its secrets and ends as it did. */
export async function run(this: Context, flags: RunFlags, ...command: string[]): Promise<void> {
  const { host } = this;
  const [file, ...args] = command;
  if (!file) throw usageError("No program to run: give it after --");
  const plan = planFor({
    prefixes: flags.prefix ?? [],
    maps: flags.map ?? [],
    files: await readEnvFiles(this, flags.envFile ?? []),
    only: flags.only,
    service: () => serviceName(flags),
  });
  // The connection is closed before the start, so that there is nothing to inherit.
  const { variables, secrets } = await withClient(flags, async (client) => {
    const reading = readVariables(client, plan);
    // Meanwhile: the daemon takes 0.1 s for the first request of a connection.
    queueMicrotask(() => host.prepareSpawn());
    return await reading;
  }, this.early);
  const { inheritEnv: inherit, override } = flags;
  const own = host.env();
  const env = environmentOf({ secrets: variables, own, inherit, override }, runtime.system);
  checkEnvironment(command, env, () => systemLimits(host));
  this.process.exitCode = await start(this, { file, args, env }, own, flags.redact ? secrets : []);
}

const windows = runtime.system === "windows";

async function readEnvFiles(
  context: Context,
  paths: readonly string[],
): Promise<Map<string, string>[]> {
  if (paths.length === 0) return [];
  const { readDotenv } = await import("../files.ts");
  return await Promise.all(paths.map((path) => readDotenv(context, path)));
}

async function start(
  { host }: Context,
  { file, args, env }: Pick<ChildCommand, "file" | "args" | "env">,
  own: Readonly<Record<string, string>>,
  secrets: Iterable<string>,
): Promise<number> {
  const values = [...secrets].filter((value) => value !== "");
  const piped = (stream: 1 | 2): "inherit" | "pipe" =>
    values.length > 0 && !host.isTerminal(stream) ? "pipe" : "inherit";
  const streams = { stdout: piped(1), stderr: piped(2) };
  // Before the start: Node throws away what a program has written when it ends unread.
  const output = Object.values(streams).includes("pipe")
    ? await import("../run/pass_on.ts")
    : undefined;
  const started = forwardSignals(host);
  let child: Child;
  try {
    child = await host.spawn(await found({ file, args, env, ...streams }, own));
  } catch (error) {
    throw error instanceof SpawnError ? notStarted(file, error.code) : error;
  }
  started(child);
  await output?.passOn(host, child, values);
  return await child.exited;
}

/** The command as the system takes it: most are as they are. */
async function found(
  command: ChildCommand,
  own: Readonly<Record<string, string>>,
): Promise<ChildCommand> {
  if (windows) return (await import("../run/program.ts")).onWindows(command);
  if (command.env.PATH === own.PATH) return command;
  return (await import("../run/find_program.ts")).find(command, own.PATH);
}

function notStarted(file: string, code: string): CommandError {
  const name = JSON.stringify(file);
  if (code === "ENOENT") {
    return new CommandError(EXIT.notFound, `Cannot start ${name}: there is no such program`);
  }
  if (code === "EACCES") {
    return new CommandError(EXIT.notExecutable, `Cannot start ${name}: it may not be executed`);
  }
  const reason = code === "E2BIG"
    ? "an argument, or arguments and environment together, are larger than the system takes; leave " +
      "some out, of the environment with --only A,B or --no-inherit-env"
    : code;
  return new CommandError(EXIT.notExecutable, `Cannot start ${name}: ${reason}`);
}

function systemLimits(host: Host): Limits {
  if (runtime.system !== "linux") return limitsOf(runtime.system);
  try {
    const limits = new TextDecoder().decode(host.readFile("/proc/self/limits"));
    return limitsOf("linux", parseStack(limits));
  } catch {
    return limitsOf("linux");
  }
}
