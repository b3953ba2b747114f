import { withService } from "../client.ts";
import type { Context } from "../context.ts";
import type { CommonFlags } from "../flags.ts";

/** The flags of `kca list`. */
export interface ListFlags extends CommonFlags {
  readonly json: boolean;
}

/** Prints names. */
export async function list(this: Context, flags: ListFlags, prefix?: string): Promise<void> {
  const names = await withService(flags, (service) => service.search(prefix));
  if (flags.json) return this.print(`${JSON.stringify(names, null, 2)}\n`);
  if (names.length === 0) return this.say(flags, "No names");
  this.printNames(names);
}
