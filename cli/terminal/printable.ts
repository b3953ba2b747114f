/**
 * Text that a terminal shows and does not obey: names may hold anything.
 *
 * @module
 */

import { UNPRINTABLE } from "../../src/errors/unprintable.ts";

/** @returns A name with such characters written as JSON does. */
export function printable(name: string): string {
  return name.replace(
    UNPRINTABLE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/**
 * @returns JSON with line breaks. Terminals obey characters that JSON leaves as they are, such as
 * U+009B, which begins what ESC [ does; they are escaped.
 */
export function jsonText(value: unknown): string {
  return printableLines(JSON.stringify(value, null, 2));
}

/** @returns A message of some lines with the names in it made printable. */
export function printableLines(message: string): string {
  return message.split("\n").map(printable).join("\n");
}

/** @returns A name in quotes, so that a message shows where it ends. */
export function quoted(name: string): string {
  return JSON.stringify(name);
}

/** @returns How many there are, such as `1 secret` or `2 secrets`. */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

/** @returns Names in quotes; of more than `most`, the first ones and how many are left out. */
export function listed(names: readonly string[], most = Infinity): string {
  const shown = names.slice(0, most).map(quoted).join(", ");
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}
