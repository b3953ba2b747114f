/**
 * Help, from the same definitions that the parser uses.
 *
 * @module
 */

import { asTyped } from "./as_typed.ts";
import { EXIT_CODES } from "../exit_codes.ts";
import { type Command, type Flag, kebab } from "./command.ts";
import { row, wrap, wrapCommand, wrapUsage } from "./wrap.ts";

/** A command's description in one line. */
export interface Summary {
  readonly about: string;
}

/** The output of `kca` alone: the first steps. */
export function welcome(width: number): string {
  return [
    wrap(
      "Secrets from the keychain-auth daemon, at a shell prompt. Three commands to begin with:",
      width,
    ),
    "",
    "  " + wrap("Check the setup, and show what to type when something is wrong", width, 2),
    wrapCommand(asTyped("kca doctor"), width, 4),
    "",
    "  " + wrap("Move a .env into the keychain; without one: " + asTyped("kca init"), width, 2),
    wrapCommand(asTyped("kca import --service AgentSecrets"), width, 4),
    "",
    "  " + wrap("Run a program with its secrets as variables", width, 2),
    wrapCommand(asTyped("kca run -- npm start"), width, 4),
    "",
    `All commands: ${asTyped("kca help")}`,
    "",
  ].join("\n");
}

/** @returns The help on everything. */
export function helpOnAll(commands: Readonly<Record<string, Summary>>, width: number): string {
  const names = Object.entries(commands);
  const column = Math.max(...names.map(([name]) => name.length)) + 4;
  return [
    wrap("Secrets from the keychain-auth daemon, at a shell prompt.", width),
    "",
    "USAGE",
    "  kca COMMAND [FLAGS] [NAMES]",
    "  kca COMMAND --help",
    "  kca --version",
    "",
    "COMMANDS",
    ...names.map(([name, { about }]) => row(`  ${name}`, about, column, width)),
    "",
    "EXAMPLES",
    wrapCommand("kca run -- npm start", width, 2),
    wrapCommand(
      "kca run --service AgentSecrets --prefix proj_123:development: -- npm start",
      width,
      2,
    ),
    wrapCommand("kca doctor --service AgentSecrets", width, 2),
    "",
    "EXIT CODES",
    ...EXIT_CODES.map(([code, meaning]) => row(`  ${code}`, meaning, 11, width)),
    "",
  ].join("\n");
}

/** @returns The help on one command. */
export function helpOn(
  name: string,
  { about }: Summary,
  { flags, docs }: Command,
  width: number,
): string {
  const labels = Object.entries(flags).map(([key, flag]) =>
    [label(key, flag), text(flag)] as const
  );
  const longest = Math.max(...labels.map(([label]) => label.length));
  // Side by side if the screen is wide enough.
  const column = width < 60 ? 6 : Math.min(longest + 2, 28);
  return [
    wrap(`kca ${name}: ${about}`, width),
    "",
    "USAGE",
    ...docs.usage.map((usage) => wrapUsage(`kca ${name} ${usage}`, width, 2)),
    "",
    ...docs.text.flatMap((paragraph) => [wrap(paragraph, width), ""]),
    ...(labels.length > 0 ? ["FLAGS"] : []),
    ...labels.map(([label, text]) => row(label, text, column, width)),
    ...(labels.length > 0 ? [""] : []),
    "EXAMPLES",
    ...docs.examples.map((example) => wrapCommand(example, width, 2)),
    "",
  ].join("\n");
}

function label(key: string, flag: Flag): string {
  const name = kebab(key);
  const letter = flag.letter ? `-${flag.letter}, ` : "";
  if (flag.kind === "switch") {
    return `  ${letter}--${flag.on ? "no-" : ""}${name}`;
  }
  return flag.bare === undefined
    ? `  ${letter}--${name} ${flag.value}`
    : `  ${letter}--${name}[=${flag.value}]`;
}

function text(flag: Flag): string {
  const notes = [
    ...(flag.kind === "value" && flag.choices ? [flag.choices.join(", ")] : []),
    ...(flag.kind === "value" && flag.required ? ["required"] : []),
    ...(flag.kind === "value" && flag.list === true ? ["repeatable"] : []),
  ];
  return notes.length > 0 ? `${flag.about} (${notes.join("; ")})` : flag.about;
}
