/**
 * What a command is: its flags, its operands and its body, in one object.
 *
 * @module
 */

import type { Context } from "../context.ts";

/** A flag that takes a value: `--name value` or `--name=value`. */
export interface ValueFlag {
  readonly kind: "value";
  /** What help calls the value, such as `FILE`. */
  readonly value: string;
  readonly about: string;
  /** Makes the value out of what was typed. Throws an error that says what to type instead. */
  readonly parse?: (typed: string) => unknown;
  /** The only values that it takes. */
  readonly choices?: readonly string[];
  /** Given several times it is a list; `","` also takes one apart at its commas. */
  readonly list?: true | ",";
  readonly required?: true;
  /** A name that it had before, and why that is not taken where it is not. */
  readonly former?: { readonly name: string; readonly refused?: string };
  /** What it is worth without a value; it then takes one by `=` alone. */
  readonly bare?: string;
  /** A letter for it, such as `i`. */
  readonly letter?: string;
}

/** A flag that is given or not. */
export interface SwitchFlag {
  readonly kind: "switch";
  readonly about: string;
  /** A letter for it, such as `y`. */
  readonly letter?: string;
  /** It is on, and turned off by `--no-name`. */
  readonly on?: true;
}

/** One flag. */
export type Flag = ValueFlag | SwitchFlag;

/** What stands behind the flags. */
export interface Operands {
  /** What help calls one of them, such as `NAME`. */
  readonly name: string;
  /** What it is, behind "needs a NAME,". */
  readonly about: string;
  readonly least: number;
  readonly most: number;
  /** Whether everything from the first one on belongs to a program, its flags included. */
  readonly program?: true;
  readonly choices?: readonly string[];
}

/** The flags by the names that the body knows them by: `outFile` is typed `--out-file`. */
export type Flags = Readonly<Record<string, Flag>>;

/** What help says about a command. */
export interface Docs {
  /** Each begins behind the command's name. */
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
  /** Whether it destroys something: nobody is led to it, or to its flags, by a slip of a key. */
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

/** @returns What a flag is typed as: `env-file` for `envFile`. */
export function kebab(flag: string): string {
  return flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
