import { runtime } from "../../src/runtime.ts";
import { shellFlag } from "../../src/errors/shell_word.ts";
import { setCommand } from "../../project/missing.ts";
import { withService } from "../client.ts";
import { asTyped } from "../command_line/as_typed.ts";
import { command } from "../command_line/command.ts";
import type { Context } from "../context.ts";
import { CommandError, EXIT } from "../exit_codes.ts";
import { samePlace } from "../same_place.ts";
import { type CommonFlags, commonFlags, outFileFlag, prefixFlag } from "../flags.ts";
import { type ProjectFlags, projectFlags } from "../project/flags.ts";
import { jsonText, listed, quoted } from "../terminal/printable.ts";

/** The flags of `kca get`. */
interface GetFlags extends CommonFlags, ProjectFlags {
  readonly prefix?: string;
  readonly noNewline: boolean;
  readonly outFile?: string;
}

/** `kca get` */
export const get = command<GetFlags>({
  flags: {
    ...commonFlags,
    ...projectFlags,
    prefix: prefixFlag,
    noNewline: { kind: "switch", letter: "n", about: "Print no newline after the last value" },
    json: {
      ...commonFlags.json,
      about: "Print names and values, and errors, as JSON",
    },
    outFile: outFileFlag,
  },
  operands: { name: "NAME", about: "the name of a secret", least: 1, most: Infinity },
  docs: {
    usage: ["NAME…", "--service SERVICE [--prefix PREFIX] NAME…"],
    text: [
      "Prints the values of secrets, one per line. When one is missing, prints nothing, and the " +
      "exit code is 1. Names are those of kca.json where there is one, unless --service or " +
      "--prefix is given.",
    ],
    examples: [
      "kca get DATABASE_URL",
      "kca get --service AgentSecrets proj_123:development:OPENAI_KEY",
      "kca get --service AgentSecrets --prefix proj_123:development: DATABASE_URL OPENAI_KEY --json",
      "kca get --service AgentSecrets tls-key -n --out-file key.pem",
    ],
  },
  action,
});

/** Prints the values of all names or of none. */
async function action(this: Context, flags: GetFlags, ...names: string[]): Promise<void> {
  const { namedSecrets } = await import("../project/short_names.ts");
  const named = await namedSecrets(this, flags, names);
  const targets = names.map((name) => named.targets.get(name)!);
  const values = await withService(this, flags, async (service) => {
    const secrets = await service.read(targets);
    const missing = targets.filter((target) => !secrets.has(target));
    if (missing.length > 0) throw missingSecrets(flags, service.name, [...new Set(missing)]);
    return targets.map((target) => secrets.get(target)!.reveal());
  }, named.service);
  const text = flags.json
    ? jsonText(Object.fromEntries(names.map((name, index) => [name, values[index]])))
    : values.join("\n");
  await this.deliver(flags, flags.noNewline ? text : `${text}\n`, values.length);
}

function missingSecrets(
  flags: GetFlags,
  service: string,
  names: readonly string[],
): CommandError {
  const windows = runtime.system === "windows";
  const same = samePlace(flags, "socket");
  const [what, them] = names.length === 1 ? ["secret", "it"] : ["secrets", "them"];
  const remedy = names.map((name) => asTyped(setCommand(service, name, same)))
    .join(windows ? "; " : " && ");
  const list = asTyped(`kca list ${shellFlag("service", service, windows)}${same}`);
  return new CommandError(
    EXIT.missing,
    `Service ${quoted(service)} has no ${what} called ${
      listed(names)
    }. List the stored names with ` +
      `\`${list}\`, or store ${them}. Type: ${remedy}`,
    remedy,
  );
}
