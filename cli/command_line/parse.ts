/**
 * Parses arguments into flags and operands. An unknown argument may be a secret's value, so no
 * message repeats one.
 *
 * @module
 */

import { type CommandError, messageOf, usageError } from "../exit_codes.ts";
import { type Command, type Flag, kebab, type ValueFlag } from "./command.ts";
import { nearest } from "./suggest.ts";

/** The parsed arguments of a command. */
export interface ParsedCommand {
  readonly flags: Readonly<Record<string, unknown>>;
  readonly operands: readonly string[];
}

/** `--flag` or `--flag=value`, with a value that is not empty and on one line. */
const LONG = /^--([a-z][a-z0-9-]*)(?:=(.+))?$/;
const LETTERS = /^-[a-zA-Z]+$/;

/** @returns The arguments that may be flags, without operands and the arguments of a program. */
export function ownArguments(command: Command, args: readonly string[]): readonly string[] {
  const { operands } = command;
  const { letters, names } = declaredFlags(command);
  for (let index = 0; index < args.length; index++) {
    const arg = args[index]!;
    if (arg === "--") return args.slice(0, index);
    if (operands?.program && !arg.startsWith("-")) return args.slice(0, index);
    const [, flag] = (arg.startsWith("--") ? names.get(arg.slice(2)) : letters.get(arg.slice(1))) ??
      [];
    if (flag?.kind === "value" && flag.bare === undefined) index++;
  }
  return args;
}

/**
 * Reads a command's arguments.
 *
 * @param name The command's name, for messages.
 * @throws {CommandError} When the command does not accept them.
 */
export function parse(name: string, command: Command, args: readonly string[]): ParsedCommand {
  const { operands: expected } = command;
  const declared = declaredFlags(command);
  const values = new Map<string, unknown>();
  const operands: string[] = [];
  /** A flag whose value must follow `=`, but which an argument follows. */
  let apart: string | undefined;
  const problem: Problem = (message) => usageError(message, `kca ${name} --help`);

  const set = (key: string, flag: Flag, value: unknown): void => {
    if (flag.kind === "value" && flag.list) {
      const before = values.get(key) as unknown[] | undefined;
      values.set(key, [...before ?? [], ...value as unknown[]]);
    } else if (values.has(key)) throw problem(`--${kebab(key)} was given twice`);
    else values.set(key, value);
  };

  let index = 0;
  for (; index < args.length; index++) {
    const arg = args[index]!;
    if (arg === "--") {
      operands.push(...args.slice(index + 1));
      break;
    }
    if (!arg.startsWith("-") || arg === "-") {
      if (expected?.program) {
        operands.push(...args.slice(index));
        break;
      }
      operands.push(arg);
      continue;
    }
    if (LETTERS.test(arg)) {
      const found = [...arg.slice(1)].map((letter) => declared.letters.get(letter));
      // Letters of switches can be combined; a letter with a value cannot.
      if (found.some((one) => !one || (one[1].kind === "value" && found.length > 1))) {
        throw problem(`Argument ${index + 1} is not a flag of kca ${name}`);
      }
      if (found[0]![1].kind === "switch") {
        for (const one of found) set(one![0], one![1], true);
        continue;
      }
    }
    const [, long = "", value] = LONG.exec(arg) ?? [];
    const typed = long || kebab(declared.letters.get(arg.slice(1))?.[0] ?? "");
    const found = declared.names.get(typed);
    if (found === undefined) {
      const [, half = ""] = /^--([a-z][a-z0-9-]*)=/.exec(arg) ?? [];
      const kind = declared.names.get(half)?.[1].kind;
      if (kind === "value") throw problem(emptyValueProblem(half));
      if (kind === "switch") throw problem(`--${half} takes no value`);
      throw problem(unknown(name, command, typed, index, [...declared.names.keys()]));
    }
    const [key, flag, state] = found;
    if (flag.kind === "value" && flag.former?.name === typed && flag.former.refused) {
      throw problem(flag.former.refused);
    }
    if (flag.kind === "switch") {
      if (value !== undefined) throw problem(`--${typed} takes no value`);
      set(key, flag, state);
    } else if (value !== undefined) set(key, flag, read(typed, flag, value, problem));
    else if (flag.bare !== undefined) {
      set(key, flag, read(typed, flag, flag.bare, problem));
      if (args[index + 1]?.startsWith("-") === false) apart = `--${typed}=${flag.value}`;
    } else {
      const next = args[++index];
      if (next === undefined || (next.startsWith("-") && next !== "-")) {
        throw problem(
          `--${typed} needs a value: --${typed} ${flag.value}` +
            (next === undefined || next === "--"
              ? ""
              : `. Write a value that begins with - after =: --${typed}=-x`),
        );
      }
      set(key, flag, read(typed, flag, next, problem));
    }
  }

  for (const [key, flag] of Object.entries(command.flags)) {
    if (flag.kind === "switch") values.set(key, values.get(key) ?? flag.on ?? false);
    else if (flag.required && !values.has(key)) {
      throw problem(`--${kebab(key)} is missing: --${kebab(key)} ${meaning(flag)}`);
    }
  }
  checkOperands(name, command, operands, apart, problem);
  return { flags: Object.fromEntries(values), operands };
}

function emptyValueProblem(flag: string): string {
  return `Cannot use the value after --${flag}=. Give an empty value, or one of several lines, as a ` +
    `separate argument: --${flag} ''`;
}

type Problem = (message: string) => CommandError;

type Declared = readonly [key: string, flag: Flag, state: boolean];

function declaredFlags(command: Command): {
  readonly names: ReadonlyMap<string, Declared>;
  readonly letters: ReadonlyMap<string, Declared>;
} {
  const names = new Map<string, Declared>();
  const letters = new Map<string, Declared>();
  for (const [key, flag] of Object.entries(command.flags)) {
    names.set(kebab(key), [key, flag, true]);
    if (flag.kind === "value" && flag.former) names.set(flag.former.name, [key, flag, true]);
    if (flag.letter) letters.set(flag.letter, [key, flag, true]);
    if (flag.kind === "switch" && flag.on) names.set(`no-${kebab(key)}`, [key, flag, false]);
  }
  return { names, letters };
}

function read(typed: string, flag: ValueFlag, text: string, problem: Problem): unknown {
  const one = (part: string): unknown => {
    if (flag.choices && !flag.choices.includes(part)) {
      throw problem(`Cannot use the value of --${typed}: it takes ${flag.choices.join(", ")}`);
    }
    try {
      return flag.parse ? flag.parse(part) : part;
    } catch (error) {
      throw problem(`Cannot use the value of --${typed}: ${messageOf(error)}`);
    }
  };
  if (!flag.list) return one(text);
  return (flag.list === "," ? text.split(",") : [text]).map(one);
}

function unknown(
  name: string,
  { destroys }: Command,
  typed: string,
  index: number,
  known: readonly string[],
): string {
  const near = destroys ? [] : nearest(typed, known);
  const meant = near.length > 0
    ? `: did you mean ${near.map((flag) => `--${flag}`).join(" or ")}?`
    : "";
  return `Argument ${index + 1} is not a flag of kca ${name}${meant}`;
}

function meaning({ value, choices }: ValueFlag): string {
  return choices ? choices.join("|") : value;
}

function checkOperands(
  name: string,
  { operands: expected }: Command,
  operands: readonly string[],
  apart: string | undefined,
  problem: Problem,
): void {
  const { least = 0, most = 0, name: called = "", about, choices } = expected ?? {};
  if (operands.length < least) {
    throw problem(`kca ${name} needs a ${called}, ${about}`);
  }
  if (operands.length > most) {
    if (apart !== undefined) {
      throw problem(`Too many arguments. Is one the value of a flag: ${apart}?`);
    }
    const takes = most === 0
      ? `only flags`
      : most === 1
      ? `at most one ${called}`
      : `at most ${most} arguments`;
    throw problem(
      `Too many arguments: kca ${name} takes ${takes}. Never give a secret as an argument`,
    );
  }
  if (choices && operands.some((operand) => !choices.includes(operand))) {
    throw problem(`kca ${name} takes a ${called}: ${choices.join(", ")}`);
  }
}
