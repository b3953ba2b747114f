import { withService } from "../client.ts";
import { command } from "../command_line/command.ts";
import type { Context } from "../context.ts";
import { type CommonFlags, commonFlags } from "../flags.ts";

/** `kca list` */
export const list = command<CommonFlags>({
  flags: {
    ...commonFlags,
    json: { ...commonFlags.json, about: "Print one array of names; errors as JSON too" },
  },
  operands: { name: "PREFIX", about: "what names begin with", least: 0, most: 1 },
  docs: {
    usage: ["--service SERVICE [PREFIX]"],
    text: [
      "Prints the sorted names of secrets, one a line: all, or those that begin with PREFIX. Needs " +
      "the permission to search.",
    ],
    examples: [
      "kca list --service AgentSecrets proj_123:",
      "kca list --service AgentSecrets --json",
    ],
  },
  action,
});

/** Prints names. */
async function action(this: Context, flags: CommonFlags, prefix?: string): Promise<void> {
  const names = await withService(flags, (service) => service.search(prefix));
  if (flags.json) return this.print(`${JSON.stringify(names, null, 2)}\n`);
  if (names.length === 0) return this.say(flags, "No names");
  this.printNames(names);
}
