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
