import type { Service } from "../../src/client/service.ts";
import { withService } from "../client.ts";
import { command } from "../command_line/command.ts";
import type { Context } from "../context.ts";
import { CommandError, EXIT, usageError } from "../exit_codes.ts";
import { type CommonFlags, commonFlags } from "../flags.ts";
import type { Host } from "../host/host.ts";
import { type ProjectFlags, projectFlags } from "../project/flags.ts";
import { jsonText, listed, noneUnder, printableLines, quoted } from "../terminal/printable.ts";

/** The flags of `kca delete`. */
interface DeleteFlags extends CommonFlags, ProjectFlags {
  readonly prefix?: string;
  readonly yes: boolean;
}

/** `kca delete` */
export const remove = command<DeleteFlags>({
  destroys: true,
  flags: {
    ...commonFlags,
    ...projectFlags,
    prefix: {
      kind: "value",
      value: "PREFIX",
      about: "Delete every secret whose name begins with PREFIX",
    },
    yes: { kind: "switch", letter: "y", about: "Do not ask for confirmation" },
    json: {
      ...commonFlags.json,
      about: "Print deleted and missing names, and errors, as JSON",
    },
  },
  operands: { name: "NAME", about: "the name of a secret", least: 0, most: Infinity },
  docs: {
    usage: ["[-y] NAME…", "--service SERVICE [-y] NAME…", "--service SERVICE [-y] --prefix PREFIX"],
    text: [
      "Asks for confirmation; without a terminal, -y is required. Prints the deleted names, and on " +
      "stderr the names that did not exist, which make the exit code 1. Names are those of " +
      "kca.json where there is one, unless --service is given.",
    ],
    examples: [
      "kca delete --service AgentSecrets proj_123:development:OLD_KEY",
      "kca delete --service AgentSecrets --prefix proj_999: -y",
    ],
  },
  action,
});

/** How many names a question shows. */
const SHOWN = 20;

/** Deletes secrets by name, or those that the prefix matched before the question. */
async function action(this: Context, flags: DeleteFlags, ...names: string[]): Promise<void> {
  const { prefix, yes } = flags;
  if ((prefix === undefined) === (names.length === 0)) {
    throw usageError("Give names, or --prefix P");
  }
  const asks = !yes;
  if (asks && !this.canAsk) {
    throw usageError(
      "Cannot ask for confirmation without a terminal: give -y to delete without asking",
    );
  }
  const { namedSecrets } = await import("../project/short_names.ts");
  const named = await namedSecrets(this, flags, names);
  const outcome = await withService(this, flags, async (service) => {
    const targets = prefix === undefined
      ? [...named.targets.values()]
      : await matching(service, prefix);
    if (asks) await confirm(this.host, service.name, targets);
    return await service.delete(targets);
  }, named.service);
  const deleted = outcome.deleted.map(named.shown);
  const missing = outcome.missing.map(named.shown);
  if (flags.json) this.print(`${jsonText({ deleted, missing })}\n`);
  else if (deleted.length > 0) this.printNames(deleted);
  if (missing.length > 0) {
    throw new CommandError(EXIT.missing, `Missing: ${listed(missing)}`);
  }
  this.say(flags, `Deleted ${deleted.length}`);
}

async function matching(service: Service, prefix: string): Promise<string[]> {
  const targets = await service.search(prefix);
  if (targets.length > 0) return targets;
  throw new CommandError(EXIT.missing, noneUnder(service.name, prefix));
}

async function confirm(host: Host, service: string, targets: readonly string[]): Promise<void> {
  const shown = targets.slice(0, SHOWN).map(quoted).join("\n  ");
  const more = targets.length > SHOWN ? `\n  and ${targets.length - SHOWN} more` : "";
  const { askYes } = await import("../terminal/questions.ts");
  const question = `Delete ${targets.length} of ${quoted(service)}?\n  ${shown}${more}\nSure?`;
  if (!await askYes(host, printableLines(question))) {
    throw new CommandError(EXIT.failed, "Nothing was deleted");
  }
}
