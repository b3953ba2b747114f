/**
 * Shell completion, from the same definitions that the parser uses.
 *
 * @module
 */

import { type Command, type Flag, kebab, type ValueFlag } from "../command_line/command.ts";
import { commands, isCommand } from "../commands/table.ts";
import type { Context } from "../context.ts";
import { connectionFlags } from "../flags.ts";
import { env } from "../../src/runtime.ts";
import type { Project } from "../../project/spec.ts";
import { projectHere } from "./project.ts";
import { names, prefixes, type Where } from "./secrets.ts";

/** A word to offer, and its description. */
type Offer = readonly [word: string, about: string];

/** Where the cursor is. */
interface Place {
  /** The given flags with their values. */
  readonly given: ReadonlyMap<string, string>;
  /** The flag whose value is being typed. */
  readonly waiting: ValueFlag | undefined;
  readonly waitingKey: string | undefined;
  readonly operands: readonly string[];
  /** Whether kca offers nothing more, because the program's own arguments or only names follow. */
  readonly ended: boolean;
}

/** Prints the words that may replace the last word, for the script. */
export async function complete(context: Context, args: readonly string[]): Promise<void> {
  const words = args[0] === "--" ? args.slice(1) : args;
  const typed = words.at(-1) ?? "";
  const offers = await offersFor(words.slice(0, -1), typed);
  const lines = offers.map(([word, about]) => (about === "" ? `${word}\n` : `${word}\t${about}\n`));
  context.print(lines.join(""));
}

async function offersFor(before: readonly string[], typed: string): Promise<readonly Offer[]> {
  const [name, ...rest] = before;
  const known = Object.entries(commands).map(([name, { about }]): Offer => [name, about]);
  if (name === undefined) return starting([...known, ["help", "Show all commands"]], typed);
  if (name === "help") return starting(known, typed);
  if (!isCommand(name)) return [];
  const command = await commands[name].load();
  const place = placeOf(command, rest);
  if (place.waiting) return await valuesOf(place, place.waitingKey!, place.waiting, typed);
  const [, flagName = "", value] = /^--([^=]+)=(.*)$/s.exec(typed) ?? [];
  if (value !== undefined && !place.ended) {
    const [key, flag] = flagOf(command, flagName) ?? [];
    return flag?.kind === "value" ? await valuesOf(place, key!, flag, value) : [];
  }
  if (typed.startsWith("-")) return place.ended ? [] : starting(flagsOf(command, place), typed);
  if (command.operands?.program) return place.ended ? [] : starting(flagsOf(command, place), typed);
  const { choices, most = 0 } = command.operands ?? {};
  if (choices) return place.operands.length > 0 ? [] : starting(plain(choices), typed);
  if (place.operands.length >= most) return starting(flagsOf(command, place), typed);
  // For files nothing is offered, so the shell completes them.
  if (!/^(?:NAME|PREFIX)$/.test(command.operands?.name ?? "")) return [];
  const prefix = place.given.get("prefix") ?? "";
  const declared = projectNames(command, place);
  if (declared !== undefined) {
    return starting(plain(declared.filter((name) => !place.operands.includes(name))), typed);
  }
  const found = name === "list"
    ? await prefixes(optionsOf(place), typed)
    : await names(optionsOf(place), prefix, typed);
  return plain(found.filter((found) => !place.operands.includes(found)));
}

function placeOf(command: Command, words: readonly string[]): Place {
  const given = new Map<string, string>();
  const operands: string[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index]!;
    if (word === "--" || (command.operands?.program && !word.startsWith("-"))) {
      const rest = words.slice(word === "--" ? index + 1 : index);
      return { given, waiting: undefined, waitingKey: undefined, operands: rest, ended: true };
    }
    const [, name = word.slice(1), value] = /^--([^=]+)(?:=(.*))?$/s.exec(word) ?? [];
    const [key, flag] = word.startsWith("-") ? flagOf(command, name) ?? [] : [];
    if (flag === undefined) {
      if (!word.startsWith("-")) operands.push(word);
    } else if (flag.kind === "switch" || value !== undefined || flag.bare !== undefined) {
      given.set(key!, value ?? "");
    } else if (index === words.length - 1) {
      return { given, waiting: flag, waitingKey: key, operands, ended: false };
    } else given.set(key!, words[++index]!);
  }
  return { given, waiting: undefined, waitingKey: undefined, operands, ended: false };
}

function flagOf({ flags }: Command, typed: string): [key: string, flag: Flag] | undefined {
  return Object.entries(flags).find(([key, { letter }]) => [kebab(key), letter].includes(typed));
}

function flagsOf({ flags }: Command, { given }: Place): readonly Offer[] {
  const left = Object.entries(flags).filter(([key, flag]) =>
    !given.has(key) || (flag.kind === "value" && flag.list !== undefined)
  );
  return [
    ...left.map(([key, flag]): Offer => [
      `--${flag.kind === "switch" && flag.on ? "no-" : ""}${kebab(key)}`,
      flag.about,
    ]),
    ["--help", "Show the help on this command"],
  ];
}

async function valuesOf(
  place: Place,
  key: string,
  flag: ValueFlag,
  typed: string,
): Promise<readonly Offer[]> {
  if (flag.choices) {
    // In a list, the last entry is being typed.
    const done = flag.list === "," ? typed.slice(0, typed.lastIndexOf(",") + 1) : "";
    const left = flag.choices.filter((choice) => !done.split(",").includes(choice));
    return starting(plain(left.map((choice) => done + choice)), typed);
  }
  if (key === "profile") return starting(plain(projectOf(place)?.profiles.keys() ?? []), typed);
  if (["only", "allowMissing", "noOverride"].includes(key)) {
    const declared = projectOf(place)?.secrets.keys() ?? [];
    const done = typed.slice(0, typed.lastIndexOf(",") + 1);
    return starting(plain([...declared].map((name) => done + name)), typed);
  }
  const options = optionsOf(place);
  if (key === "prefix") return plain(await prefixes(options, typed));
  if (key !== "map" || !typed.includes("=")) return [];
  const variable = typed.slice(0, typed.indexOf("=") + 1);
  const found = await names(options, "", typed.slice(variable.length));
  return plain(found.map((name) => variable + name));
}

/** Names of secrets are those of the project, if there is one and no flag says otherwise. */
function projectNames({ flags }: Command, place: Place): string[] | undefined {
  const { given } = place;
  if (!("project" in flags) || given.has("service") || given.has("prefix")) return undefined;
  const project = projectOf(place);
  return project && [...project.secrets.keys()];
}

function projectOf({ given }: Place): Project | undefined {
  return projectHere(given.get("project"));
}

function optionsOf({ given }: Place): Where {
  return {
    service: given.get("service") || env("KEYCHAIN_AUTH_SERVICE"),
    socket: given.get("socket") || undefined,
    timeout: timeoutOf(given.get("timeout")),
  };
}

function timeoutOf(typed: string | undefined): number | undefined {
  try {
    return typed === undefined ? undefined : connectionFlags.timeout.parse(typed);
  } catch {
    return undefined; // The command will say so.
  }
}

function plain(words: Iterable<string>): readonly Offer[] {
  return Array.from(words, (word): Offer => [word, ""]);
}

function starting(offers: readonly Offer[], typed: string): readonly Offer[] {
  return offers.filter(([word]) => word.startsWith(typed));
}
