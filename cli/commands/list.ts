import { jsonText } from "../terminal/printable.ts";
import { withService } from "../client.ts";
import { command } from "../command_line/command.ts";
import type { Context } from "../context.ts";
import { type CommonFlags, commonFlags } from "../flags.ts";
import { type ProjectFlags, projectFlags } from "../project/flags.ts";

/** The flags of `kca list`. */
interface ListFlags extends CommonFlags, ProjectFlags {
}

/** `kca list` */
export const list = command<ListFlags>({
  flags: {
    ...commonFlags,
    ...projectFlags,
    json: { ...commonFlags.json, about: "Print names and errors as JSON" },
  },
  operands: { name: "PREFIX", about: "prefix of the names", least: 0, most: 1 },
  docs: {
    usage: ["[PREFIX]", "--service SERVICE [PREFIX]"],
    text: [
      "Prints the sorted names of secrets, one per line: all, or those that begin with PREFIX. In a " +
      "project: the declared names that are stored. With --service: the names of the " +
      "service, which needs the permission to search.",
    ],
    examples: [
      "kca list",
      "kca list --service AgentSecrets proj_123:",
      "kca list --service AgentSecrets --json",
    ],
  },
  action,
});

/** Prints names. */
async function action(this: Context, flags: ListFlags, prefix?: string): Promise<void> {
  const { declaredSecrets } = await import("../project/short_names.ts");
  const declared = await declaredSecrets(this, flags);
  const names = await withService(this, flags, async (service) => {
    if (declared === undefined) return await service.search(prefix);
    const wanted = [...declared.targets].filter(([name]) => name.startsWith(prefix ?? ""));
    // The daemon refuses a request without targets.
    if (wanted.length === 0) return [];
    const stored = await service.read(wanted.map(([, target]) => target));
    return wanted.filter(([, target]) => stored.has(target)).map(([name]) => name).sort();
  }, declared?.service);
  if (flags.json) return this.print(`${jsonText(names)}\n`);
  if (names.length === 0) return this.say(flags, "No names");
  this.printNames(names);
}
