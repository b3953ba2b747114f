/**
 * Handles first arguments that are not commands: help, the version, and unknown words.
 *
 * @module
 */

import { commands, isCommand } from "../commands/table.ts";
import type { Context } from "../context.ts";
import { usageError } from "../exit_codes.ts";
import { VERSION } from "../version.ts";
import { helpOn, helpOnAll, welcome } from "./help.ts";
import { nearest } from "./suggest.ts";
import { DEFAULT_WIDTH } from "./wrap.ts";

/** Handles the arguments. */
export async function others(context: Context, args: readonly string[]): Promise<void> {
  const [first, second] = args;
  const width = Math.min(context.width(1) ?? DEFAULT_WIDTH, DEFAULT_WIDTH);
  switch (first) {
    case undefined:
      return context.print(welcome(width));
    case "--version":
    case "-v":
    case "-V":
      return context.print(`kca ${VERSION}\n`);
    case "help":
    case "--help":
    case "-h":
      break;
    // Called by the shell's completion script.
    case "complete":
      return await (await import("../completion/complete.ts")).complete(context, args.slice(1));
    default:
      throw unknownCommand(first);
  }
  if (second === undefined || second === "help" || second.startsWith("-")) {
    return context.print(helpOnAll(commands, width));
  }
  if (!isCommand(second)) throw unknownCommand(second);
  const { about, load } = commands[second];
  context.print(helpOn(second, { about }, await load(), width));
}

function unknownCommand(typed: string): Error {
  if (typed.startsWith("-")) {
    const [flag] = nearest(typed, ["--version", "--help"]);
    if (flag !== undefined) {
      return usageError(`Argument 1 is not a flag of kca: did you mean ${flag}?`, `kca ${flag}`);
    }
    return usageError("Put the flag after its command: kca COMMAND --flag", "kca help");
  }
  // A command that deletes is never suggested.
  const near = nearest(typed, Object.keys(commands)).filter((name) => name !== "delete")
    .map((name) => `\`${name}\``);
  return usageError(
    `No such command${near.length > 0 ? `: did you mean ${near.join(" or ")}?` : ""}`,
    "kca help",
  );
}
