/**
 * From arguments to an exit code.
 *
 * @module
 */

import { run } from "@stricli/core";
import { buildApp } from "./app.ts";
import { connectEarly } from "./connect.ts";
import { Context } from "./context.ts";
import { EXIT, isBrokenPipe } from "./exit_codes.ts";
import type { Host } from "./host/host.ts";
import { VERSION } from "./version.ts";

/** Runs one command and ends the process. */
export async function main(host: Host): Promise<never> {
  return host.exit(await exitCode(host));
}

async function exitCode(host: Host): Promise<number> {
  const args = host.args();
  const [first, ...rest] = args;
  try {
    if (first === "--version" || first === "-V") {
      host.writeSync(1, `kca ${VERSION}\n`);
      return EXIT.ok;
    }
    // What the shell's completion script calls.
    if (first === "complete") return (await import("./complete.ts")).complete(rest);
    if (hasHalfFlag(args)) {
      host.writeSync(2, `kca: ${HALF_FLAG}\n`);
      return EXIT.usage;
    }
    const others = first === "run" ? {} : (await import("./commands/others.ts")).others;
    const early = first === "run" ? connectEarly(rest) : undefined;
    const context = new Context(host, early);
    await run(buildApp(others), args, context);
    const code = Number(context.process.exitCode ?? EXIT.ok);
    // The parser's own codes for what was typed are below 0.
    return code < 0 ? EXIT.usage : code;
  } catch (error) {
    if (isBrokenPipe(error)) return EXIT.brokenPipe;
    throw error;
  }
}

/** What the parser takes for a flag, with or without a value. */
const FLAG = /^--[a-z][a-z-.\d_]+(?:=.+)?$/i;
const HALF_FLAG = "An argument begins as a flag and is none. An empty value, or one of several " +
  "lines, is an argument of its own: --flag ''";

/** Whether the parser would take for a name or a program what was meant as `--flag=`. */
function hasHalfFlag(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  return (end < 0 ? args : args.slice(0, end))
    .some((arg) => /^--[a-z]/i.test(arg) && !FLAG.test(arg));
}
