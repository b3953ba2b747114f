/**
 * Gets the value of a secret from a hidden prompt, stdin, a file, a random generator, or a flag.
 *
 * @module
 */

import { MAX_LINE } from "../src/protocol/envelope.ts";
import { runtime } from "../src/runtime.ts";
import type { Context } from "./context.ts";
import { usageError } from "./exit_codes.ts";
import { decode, readStdin, readText } from "./files.ts";
import { printable } from "./terminal/printable.ts";

/** The flags that choose the source. */
export interface ValueFlags {
  readonly quiet: boolean;
  readonly value?: string;
  readonly file?: string;
  readonly stdin: boolean;
  /** Characters. */
  readonly generate?: number;
  readonly allowEmpty: boolean;
}

/** The default length of a random value, in characters. */
export const DEFAULT_LENGTH = 32;
const LEAST_LENGTH = 8;
const MOST_LENGTH = 4_096;

/** @returns The length of a random value. */
export function parseLength(text: string): number {
  const length = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (length >= LEAST_LENGTH && length <= MOST_LENGTH) return length;
  throw new RangeError(`give a number of characters from ${LEAST_LENGTH} to ${MOST_LENGTH}`);
}

/**
 * Gets one value.
 *
 * @param name The name to show in the prompt.
 * @throws {CommandError} When there is no value, or more than one source.
 */
export async function newValue(context: Context, flags: ValueFlags, name: string): Promise<string> {
  const given = (["value", "file", "stdin", "generate"] as const).filter((key) =>
    flags[key] !== undefined && flags[key] !== false
  );
  if (given.length > 1) {
    throw usageError(`Give one of ${given.map((key) => `--${key}`).join(" and ")}, not both`);
  }
  if (flags.generate !== undefined) return generate(context, flags, flags.generate);
  if (flags.value !== undefined) {
    context.say(
      flags,
      "Warning: a value on the command line is visible in `ps` and in your shell's history; " +
        "leave out --value to be asked for it, or pipe it in",
    );
    return flags.value;
  }
  const value = flags.file !== undefined
    ? oneLine(readText(context, flags.file))
    : await askOrRead(context, flags.stdin, name);
  if (value === "" && !flags.allowEmpty) {
    throw usageError(
      "The value is empty, so nothing was set; to store an empty value, give --allow-empty",
    );
  }
  return value;
}

async function askOrRead(context: Context, stdin: boolean, name: string): Promise<string> {
  if (!context.host.isTerminal(0)) return withoutNewline(await valueOfStdin(context));
  if (stdin) {
    throw usageError("stdin is a terminal, which would show the value: leave out --stdin");
  }
  const { askSecret } = await import("./terminal/questions.ts");
  return await askSecret(context.host, `Value of ${printable(name)}`);
}

async function valueOfStdin(context: Context): Promise<string> {
  // One more byte, for a newline at the end.
  const bytes = await readStdin(context, MAX_LINE + 1);
  if (bytes.length <= MAX_LINE + 1) return decode(bytes, "The value on stdin");
  throw usageError(`The value on stdin is longer than ${MAX_LINE} bytes, the limit of a request`);
}

/** Removes exactly one newline, because a value may itself end with newlines. */
function withoutNewline(text: string): string {
  if (runtime.system === "windows" && text.endsWith("\r\n")) return text.slice(0, -2);
  return text.endsWith("\n") ? text.slice(0, -1) : text;
}

/**
 * A file of one line ends with a newline because editors write one; in a longer file it may be part
 * of the value.
 */
function oneLine(text: string): string {
  return /^[^\r\n]*\r?\n$/.test(text) ? text.replace(/\r?\n$/, "") : text;
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
/** Bytes from this number on are skipped, because they would make the first letters more likely. */
const FAIR = 256 - 256 % ALPHABET.length;

function generate(context: Context, flags: ValueFlags, length: number): string {
  let value = "";
  while (value.length < length) {
    for (const byte of crypto.getRandomValues(new Uint8Array(length))) {
      if (byte < FAIR && value.length < length) value += ALPHABET[byte % ALPHABET.length];
    }
  }
  const bits = Math.floor(length * Math.log2(ALPHABET.length));
  context.say(
    flags,
    `A random value of ${length} characters out of A-Z, a-z and 0-9 (${bits} bits)`,
  );
  return value;
}
