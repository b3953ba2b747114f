import { entriesOf } from "../../src/check.ts";
import { write } from "../../src/operations.ts";
import { MAX_LINE } from "../../src/protocol.ts";
import { runtime } from "../../src/runtime.ts";
import { serviceName, withService } from "../client.ts";
import { command } from "../command_line/command.ts";
import type { Context } from "../context.ts";
import { CommandError, EXIT, messageOf, usageError } from "../exit_codes.ts";
import { decode, readEntries } from "../files.ts";
import { type CommonFlags, commonFlags, prefixFlag } from "../flags.ts";
import { printable } from "../printable.ts";

/** The flags of `kca set`. */
interface SetFlags extends CommonFlags {
  readonly prefix?: string;
  readonly value?: string;
  readonly file?: string;
  readonly allowEmpty: boolean;
}

/** `kca set` */
export const set = command<SetFlags>({
  flags: {
    ...commonFlags,
    prefix: prefixFlag,
    value: {
      kind: "value",
      value: "VALUE",
      about: "The value, which others can then see in `ps` and in your shell's history",
    },
    file: {
      kind: "value",
      value: "FILE",
      about: "Set everything in a dotenv file, or in a .json file with one object of strings",
    },
    allowEmpty: { kind: "switch", about: "Accept an empty value from the prompt or stdin" },
  },
  operands: { name: "NAME", about: "the name of a secret", least: 0, most: 1 },
  docs: {
    usage: ["--service SERVICE NAME", "--service SERVICE --file FILE"],
    text: [
      "Asks for the value without showing it, or takes it from stdin less one trailing newline. " +
      "Prints the names that were set, never values.",
    ],
    examples: [
      "kca set --service AgentSecrets proj_123:development:OPENAI_KEY",
      "openssl rand -hex 32 | kca set --service AgentSecrets session-key",
      "kca set --service AgentSecrets --prefix proj_123:development: --file .env",
    ],
  },
  action,
});

/** How many are written between two steps of the progress bar. */
const STEP = 20;

/** Stores one value, or everything in a file. */
async function action(this: Context, flags: SetFlags, name?: string): Promise<void> {
  const { prefix = "", value, file } = flags;
  if ((name === undefined) === (file === undefined)) {
    throw usageError("Give a name, or --file FILE");
  }
  if (file !== undefined) {
    if (value !== undefined) throw usageError("Give --value or --file, not both");
    const entries = [...await readEntries(this, file)]
      .map(([key, item]): [string, string] => [prefix + key, item]);
    if (entries.length === 0) throw usageError(`${JSON.stringify(file)} sets nothing`);
    return await writeAll(this, flags, entries);
  }
  if (value !== undefined) {
    this.say(
      flags,
      "Warning: a value on the command line is visible in `ps` and in your shell's history; " +
        "leave --value out to be asked, or pipe it in",
    );
  }
  const entry: [string, string] = [prefix + name, value ?? await ask(this, flags, prefix + name)];
  await writeAll(this, flags, [entry]);
}

async function ask(context: Context, flags: SetFlags, name: string): Promise<string> {
  const value = context.host.isTerminal(0)
    ? await (await import("../prompts.ts")).askSecret(`Value of ${printable(name)}`)
    : withoutNewline(decode(await readStdin(context), "The value on stdin"));
  if (value === "" && !flags.allowEmpty) {
    throw usageError("The value is empty and nothing was set; --allow-empty sets it all the same");
  }
  return value;
}

async function readStdin({ host }: Context): Promise<Uint8Array> {
  // With a newline at its end.
  const bytes = await host.readStdin(MAX_LINE + 1);
  if (bytes.length <= MAX_LINE + 1) return bytes;
  throw usageError(`The value on stdin is longer than ${MAX_LINE} bytes, which no request holds`);
}

/** Exactly one: a value may end with newlines of its own. */
function withoutNewline(text: string): string {
  if (runtime.system === "windows" && text.endsWith("\r\n")) return text.slice(0, -2);
  return text.endsWith("\n") ? text.slice(0, -1) : text;
}

async function writeAll(
  context: Context,
  flags: SetFlags,
  entries: readonly [string, string][],
): Promise<void> {
  const bar = flags.quiet || entries.length <= STEP || !context.host.isTerminal(2)
    ? undefined
    : await startBar(entries.length);
  let written = 0;
  try {
    // Makes every request without sending one: nothing is written when one of them cannot be.
    write(serviceName(flags), entriesOf(entries)).next();
    await withService(flags, async (service) => {
      for (; written < entries.length; written += STEP) {
        await service.write(entries.slice(written, written + STEP));
        bar?.update(Math.min(written + STEP, entries.length));
      }
    });
    written = entries.length;
  } catch (error) {
    if (written === 0) throw error;
    throw new CommandError(
      EXIT.failed,
      `${messageOf(error)}\nOf ${entries.length}, the first ${written} were set, and some of ` +
        `these: ${entries.slice(written).map(([name]) => JSON.stringify(name)).join(", ")}`,
    );
  } finally {
    bar?.stop();
    if (written > 0) {
      context.printNames(entries.slice(0, written).map(([name]) => name));
    }
  }
}

async function startBar(total: number): Promise<{ update(done: number): void; stop(): void }> {
  const { default: progress } = await import("cli-progress");
  const { default: process } = await import("node:process");
  const bar = new progress.SingleBar({
    stream: process.stderr,
    format: "Setting {bar} {value}/{total}",
    clearOnComplete: true,
    hideCursor: true,
  }, progress.Presets.shades_classic);
  bar.start(total, 0);
  return bar;
}
