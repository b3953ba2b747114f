import { command } from "../command_line/command.ts";
import type { Context } from "../context.ts";
import { CommandError, EXIT, usageError } from "../exit_codes.ts";
import { checkLength, decode, MOST_TEXT, readBytes, readStdin } from "../files.ts";
import { type CommonFlags, commonFlags } from "../flags.ts";
import { escaped, type Language, LANGUAGES, quotesAt } from "../inject/escape.ts";
import { parseParts, type Parts, type Slot } from "../inject/template.ts";
import { type ValueOf, valuesFor } from "../inject/values.ts";
import { allowMissingFlag, projectFlags, sourceFlag, type SourceFlags } from "../project/flags.ts";

/** The flags of `kca inject`. */
interface InjectFlags extends CommonFlags, Omit<SourceFlags, "only"> {
  readonly input?: string;
  readonly output?: string;
  readonly escape?: Language;
}

/** `kca inject` */
export const inject = command<InjectFlags>({
  flags: {
    ...commonFlags,
    ...projectFlags,
    source: sourceFlag,
    allowMissing: {
      ...allowMissingFlag,
      about: "Replace missing secrets with nothing: these names, or all",
    },
    input: { kind: "value", value: "FILE", letter: "i", about: "The template; - is stdin" },
    output: {
      kind: "value",
      value: "FILE",
      letter: "o",
      about: "Write to a file that only you may read (mode 0600) and git ignores. Default: stdout",
    },
    escape: {
      kind: "value",
      value: "LANGUAGE",
      choices: LANGUAGES,
      about: "Escape values for this language, with or without its quotes",
    },
  },
  docs: {
    usage: ["-i FILE [-o FILE] [--escape LANGUAGE]"],
    text: [
      "Fills in a template: {{ kca:NAME }} is a secret of the project, kca://SERVICE/TARGET any " +
      "secret. Everything else stays as it is, including other braces. Values are inserted as " +
      "they are, unless you give --escape. Placeholders inside a value are not " +
      "replaced.",
      "Writes nothing when a name is unknown or a secret is missing.",
    ],
    examples: [
      "kca inject -i app.template.yml -o app.yml --escape yaml",
      "kca inject -i nginx.conf.tpl | sudo tee /run/nginx.conf > /dev/null",
    ],
  },
  action,
});

/** Fills in a template, completely or not at all. */
async function action(this: Context, flags: InjectFlags): Promise<void> {
  const { input, output, escape } = flags;
  if (input === undefined) throw usageError("Give a template: -i FILE, or -i - for stdin");
  if (output !== undefined) (await import("../inject/output.ts")).checkIgnored(output);
  const bytes = input === "-" ? await readStdin(this, MOST_TEXT) : readBytes(this, input);
  const what = input === "-" ? "stdin" : JSON.stringify(input);
  checkLength(bytes.length, what);
  const parts = parseParts(decode(bytes, what, "save the template as UTF-8"));
  const places = parts.filter((part) => typeof part !== "string").length;
  if (places === 0) this.say(flags, "Warning: the template contains no placeholder for a value");
  const text = fill(parts, await valuesFor(this, flags, parts), escape);
  await this.deliver({ ...flags, ...(output !== undefined && { outFile: output }) }, text, places);
}

function fill(parts: Parts, valueOf: ValueOf, language: Language | undefined): string {
  let before = "";
  const texts = parts.map((part) => {
    if (typeof part === "string") {
      before = (before + part).slice((before + part).lastIndexOf("\n") + 1);
      return part;
    }
    const value = valueOf(part);
    return language === undefined ? value : inPlace(part, value, language, before);
  });
  return texts.join("");
}

function inPlace(place: Slot, value: string, language: Language, before: string): string {
  const text = escaped(value, language, quotesAt(before, language));
  if (text !== undefined) return text;
  throw new CommandError(
    EXIT.failed,
    `Line ${place.line}: the value has line breaks or control characters, which single quotes ` +
      "cannot contain; use double quotes there. Nothing was written",
  );
}
