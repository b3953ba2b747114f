/**
 * A command: its flags, its operands and its body, in one object.
 *
 * @module
 */

import type { Context } from "../context.ts";

/** A flag that takes a value: `--name value` or `--name=value`. */
export interface ValueFlag {
  readonly kind: "value";
  /** The name of the value in the help, such as `FILE`. */
  readonly value: string;
  readonly about: string;
  /** Converts the typed text to the value. Throws an error that says what to type instead. */
  readonly parse?: (typed: string) => unknown;
  /** The only accepted values. */
  readonly choices?: readonly string[];
  /** The flag may be repeated and becomes a list; `","` also splits a value at its commas. */
  readonly list?: true | ",";
  readonly required?: true;
  /** Its former name, and why that is refused, if so. */
  readonly former?: { readonly name: string; readonly refused?: string };
  /** Its value when none is typed; a value must then follow `=`. */
  readonly bare?: string;
  /** A letter for it, such as `i`. */
  readonly letter?: string;
}

/** A flag whose value is a file. */
export const fileFlag = (about: string): ValueFlag => ({ kind: "value", value: "FILE", about });

/** A flag without a value. */
export interface SwitchFlag {
  readonly kind: "switch";
  readonly about: string;
  /** A letter for it, such as `y`. */
  readonly letter?: string;
  /** On by default, and turned off by `--no-name`. */
  readonly on?: true;
}

/** One flag. */
export type Flag = ValueFlag | SwitchFlag;

/** The arguments after the flags. */
export interface Operands {
  /** The name of one in the help, such as `NAME`. */
  readonly name: string;
  /** Its description, after "needs a NAME,". */
  readonly about: string;
  readonly least: number;
  readonly most: number;
  /** Whether everything from the first one on belongs to a program, its flags included. */
  readonly program?: true;
  readonly choices?: readonly string[];
}

/** The flags by their names in code: `outFile` is typed `--out-file`. */
export type Flags = Readonly<Record<string, Flag>>;

/** What help says about a command. */
export interface Docs {
  /** Each line without the command's name. */
  readonly usage: readonly string[];
  /** Paragraphs, which are wrapped. */
  readonly text: readonly string[];
  readonly examples: readonly string[];
}

/** One command. */
export interface Command {
  readonly flags: Flags;
  readonly operands?: Operands;
  readonly docs: Docs;
  /**
   * Whether it destroys something. Such a command and its flags are never suggested for a typing
   * error.
   */
  readonly destroys?: true;
  // deno-lint-ignore no-explicit-any
  readonly action: (this: Context, flags: any, ...operands: string[]) => Promise<void> | void;
}

/** Checks that a body's flags are all declared. */
export function command<F>(
  parts: Omit<Command, "flags" | "action"> & {
    readonly flags: { readonly [K in keyof Required<F>]: Flag };
    readonly action: (this: Context, flags: F, ...operands: string[]) => Promise<void> | void;
  },
): Command {
  return parts as unknown as Command;
}

/** @returns The typed form of a flag: `env-file` for `envFile`. */
export function kebab(flag: string): string {
  return flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
