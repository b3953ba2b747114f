/**
 * Builds the environment of a program on Linux and macOS.
 *
 * @module
 */

import { nameOf, type ShellVariable } from "../host/shell_environment.ts";

/** Where the variables come from. */
export interface Sources<Own> {
  /** Variables of secrets. */
  readonly secrets: ReadonlyMap<string, string>;
  /** Variables of the shell. */
  readonly own: Own;
  /** Whether the program also gets the shell's variables. */
  readonly inherit: boolean;
  /** Whether a variable of the shell overrides a secret of its name. */
  keeps(name: string): boolean;
}

/** The variables of secrets, and how to combine them with the shell's. */
export type Wanted = Omit<Sources<unknown>, "own">;

/**
 * Builds an environment. The shell's variables stay unchanged, byte for byte and in order.
 *
 * @param sources Where the variables come from.
 * @returns Each as `NAME=value`.
 */
export function environmentOf(sources: Sources<readonly ShellVariable[]>): Uint8Array[] {
  const { secrets, own, inherit, keeps } = sources;
  const left = new Map(secrets);
  const encoder = new TextEncoder();
  const entries: Uint8Array[] = [];
  for (const entry of inherit ? own : []) {
    // If it is not UTF-8, it contains U+FFFD, which no secret's name contains.
    const name = nameOf(entry);
    if (!secrets.has(name)) {
      entries.push(entry.bytes);
    } else if (keeps(name)) {
      entries.push(entry.bytes);
      left.delete(name);
    } else if (left.has(name)) {
      // Replaces the first variable of this name; the others are dropped.
      entries.push(encoder.encode(`${name}=${left.get(name)}`));
      left.delete(name);
    }
  }
  for (const [name, value] of left) entries.push(encoder.encode(`${name}=${value}`));
  return entries;
}

/** @returns The environment as an object, for runtimes that need one. */
export function recordOf(entries: readonly Uint8Array[]): Record<string, string> {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const values = new Map<string, string>();
  for (const entry of entries) {
    const text = decoder.decode(entry);
    const equals = text.indexOf("=");
    // An entry without a name cannot be in an object. Of several, the first counts, as in
    // getenv(3).
    if (equals < 1 || values.has(text.slice(0, equals))) continue;
    values.set(text.slice(0, equals), text.slice(equals + 1));
  }
  return Object.fromEntries(values);
}
