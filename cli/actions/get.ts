import { MissingSecretsError } from "../../src/errors/request.ts";
import { withService } from "../client.ts";
import type { Context } from "../context.ts";
import type { CommonFlags } from "../flags.ts";

/** The flags of `kca get`. */
export interface GetFlags extends CommonFlags {
  readonly prefix?: string;
  readonly noNewline: boolean;
  readonly json: boolean;
  readonly outFile?: string;
}

/** Prints the values of all names or of none. */
export async function get(this: Context, flags: GetFlags, ...names: string[]): Promise<void> {
  const { prefix = "", outFile } = flags;
  const targets = names.map((name) => prefix + name);
  const values = await withService(flags, async (service) => {
    const secrets = await service.read(targets);
    const missing = targets.filter((target) => !secrets.has(target));
    if (missing.length > 0) throw new MissingSecretsError(service.name, [...new Set(missing)]);
    return targets.map((target) => secrets.get(target)!.reveal());
  });
  const text = flags.json
    ? JSON.stringify(Object.fromEntries(names.map((name, index) => [name, values[index]])), null, 2)
    : values.join("\n");
  const output = flags.noNewline ? text : `${text}\n`;
  if (outFile === undefined) return this.print(output);
  const { writePrivate } = await import("../private_file.ts");
  writePrivate(outFile, output);
  this.say(flags, `Wrote ${values.length} to ${outFile}`);
}
