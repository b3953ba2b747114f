/**
 * Runs the command: from arguments to an exit code.
 *
 * @module
 */

import { runtime } from "../src/runtime.ts";
import { ownArguments, parse } from "./command_line/parse.ts";
import { commands, isCommand } from "./commands/table.ts";
import { connectEarly } from "./connect.ts";
import { Context } from "./context.ts";
import { EXIT, exitCodeOf, isBrokenPipe } from "./exit_codes.ts";
import type { Host } from "./host/host.ts";
import { restoreShellEnvironment } from "./host/restore_shell_environment.ts";
import { withoutInspector } from "./host/no_inspector.ts";
import { openLibc } from "./libc/libc.ts";
import { openAtStart } from "./run/exec/open_at_start.ts";
import type { PlaceFlags } from "./same_place.ts";

/** Runs one command and ends the process. */
export async function execute(host: Host): Promise<never> {
  const args = host.args();
  if (args[0] === "run") readStart();
  withoutInspector();
  restoreShellEnvironment(host);
  return host.exit(await exitCode(host, args));
}

/** Reads how the process was started, which `kca run` needs, before anything changes it. */
function readStart(): void {
  openAtStart();
  // On Bun, libc reads the environment.
  if (runtime.name === "bun") openLibc();
}

async function exitCode(host: Host, args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  const early = name === "run" ? connectEarly(rest) : undefined;
  const context = new Context(host, early);
  let json = false;
  let place: PlaceFlags = {};
  try {
    if (name === undefined || !isCommand(name)) {
      json = args.includes("--json");
      await (await import("./command_line/others.ts")).others(context, args);
      return context.exitCode;
    }
    const command = await commands[name].load();
    const own = ownArguments(command, rest);
    json = own.includes("--json");
    if (own.includes("--help") || own.includes("-h")) {
      await (await import("./command_line/others.ts")).others(context, ["help", name]);
      return context.exitCode;
    }
    const { flags, operands } = parse(name, command, rest);
    place = flags;
    await command.action.call(context, flags, ...operands);
    return context.exitCode;
  } catch (error) {
    return await failed(context, error, json, place);
  }
}

async function failed(
  context: Context,
  error: unknown,
  json: boolean,
  place: PlaceFlags,
): Promise<number> {
  // The reader of the output is gone, so end silently.
  if (isBrokenPipe(error)) return EXIT.brokenPipe;
  try {
    (await import("./report_error.ts")).reportError(context, error, json, place);
  } catch (second) {
    if (!isBrokenPipe(second)) throw second;
    return EXIT.brokenPipe;
  }
  return exitCodeOf(error);
}
