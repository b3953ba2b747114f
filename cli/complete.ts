/**
 * Shell completion, from the same definitions that the parser uses.
 *
 * @module
 */

import { RootCommand } from "@bomb.sh/tab";
import { buildApp } from "./app.ts";
import { SHELLS } from "./commands/completion.ts";
import { others } from "./commands/others.ts";
import { BASH, ZSH } from "./completion_scripts.ts";
import type { Context } from "./context.ts";
import { EXIT } from "./exit_codes.ts";
import { kebab } from "./flags.ts";

/** What is known of a flag. */
interface Flag {
  readonly kind: string;
  readonly brief: string;
  readonly hidden?: boolean;
  readonly values?: readonly string[];
}

/** What is known of a command. */
interface Target {
  readonly brief: string;
  readonly parameters?: { readonly flags?: Readonly<Record<string, Flag>> };
}

const SCRIPTS: Readonly<Record<string, string>> = { bash: BASH, zsh: ZSH };

/** Prints a shell's script: fish's is the library's, which evaluates nothing that is typed. */
export function completion(this: Context, _flags: unknown, shell: string): void {
  const script = SCRIPTS[shell];
  if (script === undefined) tree().setup("kca", "kca", shell);
  else this.print(script);
}

/** Answers the script: what may stand where the last word is. */
export function complete(words: readonly string[]): number {
  tree().parse(words[0] === "--" ? words.slice(1) : [...words]);
  return EXIT.ok;
}

function tree(): RootCommand {
  const root = new RootCommand();
  const map = buildApp(others).root as unknown as {
    getAllEntries(): readonly { name: { original: string }; target: Target }[];
  };
  for (const { name, target } of map.getAllEntries()) {
    const command = root.command(name.original, target.brief);
    for (const [flag, { kind, brief, values = [] }] of Object.entries(flagsOf(target))) {
      if (kind === "boolean") command.option(kebab(flag), brief);
      else {
        command.option(kebab(flag), brief, (offer) => values.forEach((value) => offer(value, "")));
      }
    }
    if (name.original === "completion") {
      command.argument("shell", (offer) => SHELLS.forEach((shell) => offer(shell, "")));
    }
  }
  return root;
}

function flagsOf({ parameters }: Target): Readonly<Record<string, Flag>> {
  return parameters?.flags ?? {};
}
