import { jsonText, listed } from "../terminal/printable.ts";
import { entriesOf } from "../../src/client/validate.ts";
import { writeFrames } from "../../src/client/operation.ts";
import { namedService, withService } from "../client.ts";
import { command } from "../command_line/command.ts";
import type { Context } from "../context.ts";
import { CommandError, EXIT, messageOf, usageError } from "../exit_codes.ts";
import { readEntries } from "../files.ts";
import { type CommonFlags, commonFlags, prefixFlag } from "../flags.ts";
import { type ProjectFlags, projectFlags } from "../project/flags.ts";
import type { Named } from "../project/short_names.ts";
import { DEFAULT_LENGTH, newValue, parseLength, type ValueFlags } from "../new_value.ts";
import { showProgress } from "../terminal/progress.ts";

/** The flags of `kca set`. */
interface SetFlags extends CommonFlags, ValueFlags, ProjectFlags {
  readonly prefix?: string;
}

/** `kca set` */
export const set = command<SetFlags>({
  flags: {
    ...commonFlags,
    ...projectFlags,
    prefix: prefixFlag,
    file: {
      kind: "value",
      value: "FILE",
      about:
        "With a NAME: a file that contains the value. Without: a dotenv file, or a .json file " +
        "with one object of strings, all of which are set",
    },
    stdin: { kind: "switch", about: "Read the value from stdin, as kca does by itself in a pipe" },
    generate: {
      kind: "value",
      value: "LENGTH",
      bare: String(DEFAULT_LENGTH),
      parse: parseLength,
      about: `Store a random value that is shown nowhere, of ${DEFAULT_LENGTH} characters`,
    },
    value: {
      kind: "value",
      value: "VALUE",
      about: "The value; others can then see it in `ps` and in your shell's history",
    },
    allowEmpty: { kind: "switch", about: "Accept an empty value" },
    json: { ...commonFlags.json, about: "Print names and errors as JSON" },
  },
  operands: { name: "NAME", about: "the name of a secret, or --file FILE", least: 0, most: 1 },
  docs: {
    usage: [
      "NAME [--file FILE|--stdin|--generate[=LENGTH]]",
      "--service SERVICE NAME [--file FILE|--stdin|--generate[=LENGTH]]",
      "--service SERVICE [--prefix PREFIX] --file FILE",
    ],
    text: [
      "Asks for the value without showing it: type or paste one or more lines, and press Enter. " +
      "In a pipe, reads stdin and removes one newline at the end. Removes it from a file of one " +
      "line, too; stores a file of several lines as it is. Prints the names that were set, never values.",
    ],
    examples: [
      "kca set OPENAI_KEY",
      "kca set --service AgentSecrets proj_123:development:OPENAI_KEY",
      "kca set --service AgentSecrets tls-key --file key.pem",
      "kca set --service AgentSecrets session-key --generate=64",
      "kca set --service AgentSecrets --prefix proj_123:development: --file .env",
    ],
  },
  action,
});

/** How many secrets are written between two updates of the progress. */
const STEP = 20;

/** Stores one value, or everything in a file. */
async function action(this: Context, flags: SetFlags, name?: string): Promise<void> {
  if (name !== undefined) {
    const named = await namesOf(this, flags, [name]);
    const target = named.targets.get(name)!;
    return await writeAll(
      this,
      flags,
      named,
      new Map([[name, await newValue(this, flags, target)]]),
    );
  }
  const { file } = flags;
  if (file === undefined) throw usageError("Give a NAME, or --file FILE", "kca set --help");
  const [other] = (["value", "stdin", "generate"] as const).filter((key) => flags[key]);
  if (other !== undefined) throw usageError(`--${other} needs a NAME`);
  const values = await readEntries(this, file);
  if (values.size === 0) throw usageError(`${JSON.stringify(file)} sets nothing`);
  await writeAll(this, flags, await namesOf(this, flags, [...values.keys()]), values);
}

async function namesOf(
  context: Context,
  flags: SetFlags,
  names: readonly string[],
): Promise<Named> {
  const { namedSecrets } = await import("../project/short_names.ts");
  return await namedSecrets(context, flags, names);
}

async function writeAll(
  context: Context,
  flags: SetFlags,
  { service: given, targets, shown }: Named,
  values: ReadonlyMap<string, string>,
): Promise<void> {
  const entries = [...values].map(([name, value]): [string, string] => [targets.get(name)!, value]);
  const progress = flags.quiet || entries.length <= STEP
    ? undefined
    : showProgress(context, "Setting", entries.length);
  let written = 0;
  try {
    // Encodes every request without sending it, so that nothing is written when one is too large.
    const name = given ?? await namedService(context, flags);
    writeFrames(name, entriesOf(entries));
    await withService(context, flags, async (service) => {
      for (; written < entries.length; written += STEP) {
        await service.write(entries.slice(written, written + STEP));
        progress?.update(Math.min(written + STEP, entries.length));
      }
    }, name);
    written = entries.length;
  } catch (error) {
    if (written === 0) throw error;
    throw new CommandError(
      EXIT.failed,
      `${messageOf(error)}\nOf ${entries.length}, the first ${written} were set, and some of ` +
        `these: ${listed(entries.slice(written).map(([name]) => name))}`,
    );
  } finally {
    progress?.clear();
    const names = entries.slice(0, written).map(([target]) => shown(target));
    if (names.length > 0 && flags.json) context.print(`${jsonText(names)}\n`);
    else if (names.length > 0) context.printNames(names);
  }
}
