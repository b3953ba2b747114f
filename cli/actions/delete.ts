import type { Service } from "../../src/client/service.ts";
import { withService } from "../client.ts";
import type { Context } from "../context.ts";
import { CommandError, EXIT, usageError } from "../exit_codes.ts";
import type { CommonFlags } from "../flags.ts";
import { printableLines } from "../printable.ts";

/** The flags of `kca delete`. */
export interface DeleteFlags extends CommonFlags {
  readonly prefix?: string;
  readonly yes: boolean;
  readonly json: boolean;
}

/** How many names a question shows. */
const SHOWN = 20;

/** Deletes secrets by name, or those that a prefix matched when it was asked. */
export async function remove(this: Context, flags: DeleteFlags, ...names: string[]): Promise<void> {
  const { prefix, yes } = flags;
  if ((prefix === undefined) === (names.length === 0)) {
    throw usageError("Give names, or --prefix P");
  }
  const asks = !yes;
  if (asks && !(this.host.isTerminal(0) && this.host.isTerminal(2))) {
    throw usageError("Nobody can be asked here: give -y to delete without a question");
  }
  const { deleted, missing } = await withService(flags, async (service) => {
    const targets = prefix === undefined ? names : await matching(service, prefix);
    if (asks) await confirm(service.name, targets);
    return await service.delete(targets);
  });
  if (flags.json) this.print(`${JSON.stringify({ deleted, missing }, null, 2)}\n`);
  else if (deleted.length > 0) this.printNames(deleted);
  if (missing.length > 0) {
    throw new CommandError(EXIT.missing, `Missing: ${missing.map(quoted).join(", ")}`);
  }
  this.say(flags, `Deleted ${deleted.length}`);
}

async function matching(service: Service, prefix: string): Promise<string[]> {
  const targets = await service.search(prefix);
  if (targets.length > 0) return targets;
  throw new CommandError(EXIT.missing, `No name begins with ${quoted(prefix)}`);
}

async function confirm(service: string, targets: readonly string[]): Promise<void> {
  const shown = targets.slice(0, SHOWN).map(quoted).join("\n  ");
  const more = targets.length > SHOWN ? `\n  and ${targets.length - SHOWN} more` : "";
  const { askYes } = await import("../prompts.ts");
  const question = `Delete ${targets.length} of ${quoted(service)}?\n  ${shown}${more}\n`;
  if (!await askYes(printableLines(question))) {
    throw new CommandError(EXIT.failed, "Nothing was deleted");
  }
}

function quoted(name: string): string {
  return JSON.stringify(name);
}
