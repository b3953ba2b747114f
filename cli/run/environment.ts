/**
 * The environment that a program is started with, on Linux and macOS.
 *
 * @module
 */

import { nameOf, type ShellVariable } from "../host/shell_environment.ts";

/** Where the variables come from. */
export interface Sources<Own> {
  /** Those of the secrets. */
  readonly secrets: ReadonlyMap<string, string>;
  /** Those of the shell that kca was typed in. */
  readonly own: Own;
  /** Whether the program gets the latter too. */
  readonly inherit: boolean;
  /** Whether a variable of the shell wins over a secret of its name. */
  keeps(name: string): boolean;
}

/** The variables of secrets, and how they go together with the shell's. */
export type Wanted = Omit<Sources<unknown>, "own">;

/**
 * Puts an environment together. What the shell gave stays as it is, byte for byte, in its order.
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
    // With U+FFFD in it where it is not UTF-8, which the name of no secret has.
    const name = nameOf(entry);
    if (!secrets.has(name)) {
      entries.push(entry.bytes);
    } else if (keeps(name)) {
      entries.push(entry.bytes);
      left.delete(name);
    } else if (left.has(name)) {
      // In its place, and instead of all that have its name.
      entries.push(encoder.encode(`${name}=${left.get(name)}`));
      left.delete(name);
    }
  }
  for (const [name, value] of left) entries.push(encoder.encode(`${name}=${value}`));
  return entries;
}

/** @returns The same for a runtime that takes an object. */
export function recordOf(entries: readonly Uint8Array[]): Record<string, string> {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const values = new Map<string, string>();
  for (const entry of entries) {
    const text = decoder.decode(entry);
    const equals = text.indexOf("=");
    // What has no name cannot be in an object. The first of several counts, as getenv(3) has it.
    if (equals < 1 || values.has(text.slice(0, equals))) continue;
    values.set(text.slice(0, equals), text.slice(equals + 1));
  }
  return Object.fromEntries(values);
}
