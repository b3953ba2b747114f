/** A command of `kca` in this process: for what it says of what was typed, without a start. */
import { readFileSync } from "node:fs";
import { ownArguments, parse } from "../../cli/command_line/parse.ts";
import { type CommandName, commands } from "../../cli/commands/table.ts";
import { Context } from "../../cli/context.ts";
import { exitCodeOf } from "../../cli/exit_codes.ts";
import type { Host } from "../../cli/host/host.ts";
import { hostOf } from "../../cli/host/mod.ts";
import { reportError } from "../../cli/report_error.ts";
import type { FixtureResult } from "../harness.ts";

/** What is around the command. */
export interface Around {
  /** What comes on stdin. */
  readonly stdin?: string | Uint8Array;
  /** Columns of the terminal that stdout and stderr are; unless given they are none. */
  readonly columns?: number;
  /** Whether stdin is a terminal. */
  readonly typed?: boolean;
}

/** A command's context, and what was written by it. */
export function playedContext({ stdin = "", columns, typed = false }: Around = {}): {
  readonly context: Context;
  readonly written: { readonly 1: string; readonly 2: string };
} {
  const written = { 1: "", 2: "" };
  const decoder = new TextDecoder();
  const host: Partial<Host> = {
    isTerminal: (stream) => stream === 0 ? typed : columns !== undefined,
    columns: () => columns ?? 0,
    writeSync(stream, data) {
      written[stream] += typeof data === "string" ? data : decoder.decode(data);
    },
    readStdin: (most) =>
      Promise.resolve(
        (typeof stdin === "string" ? new TextEncoder().encode(stdin) : stdin).slice(0, most + 1),
      ),
    readFile: (path) => new Uint8Array(readFileSync(path)),
    openFile: (path) => hostOf().openFile(path),
  };
  return { context: new Context(host as Host), written };
}

/** Runs it as `execute()` does, without the exit. */
export async function inProcess(
  [name, ...rest]: readonly [CommandName, ...string[]],
  around?: Around,
): Promise<FixtureResult> {
  const { context, written } = playedContext(around);
  const command = await commands[name].load();
  let code: number;
  let place = {};
  try {
    const { flags, operands } = parse(name, command, rest);
    place = flags;
    await command.action.call(context, flags, ...operands);
    code = context.exitCode;
  } catch (error) {
    reportError(context, error, ownArguments(command, rest).includes("--json"), place);
    code = exitCodeOf(error);
  }
  return { code, stdout: written[1], stderr: written[2] };
}
