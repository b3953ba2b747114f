/**
 * Makes text safe for a terminal, because names may contain any character.
 *
 * @module
 */

import { unprintable } from "../../src/errors/unprintable.ts";

/** @returns A name with such characters escaped as in JSON. */
export function printable(name: string): string {
  return name.replace(
    unprintable(),
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/**
 * @returns JSON with line breaks. Also escapes characters that JSON does not escape but terminals
 * obey, such as U+009B, which means ESC [.
 */
export function jsonText(value: unknown): string {
  return printableLines(JSON.stringify(value, null, 2));
}

/** @returns A message with the names in it made printable; its line breaks stay. */
export function printableLines(message: string): string {
  return message.split("\n").map(printable).join("\n");
}

/** @returns A name in quotes, so that a message shows where it ends. */
export function quoted(name: string): string {
  return JSON.stringify(name);
}

/** Says that a service has no secret under a prefix. */
export function noneUnder(service: string, prefix: string): string {
  const what = prefix === "" ? "no secrets" : `no name that begins with ${quoted(prefix)}`;
  return `Service ${quoted(service)} has ${what}`;
}

/** @returns A count with its noun, such as `1 secret` or `2 secrets`. */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

/** @returns Names in quotes; of more than `most`, the first ones and the number of the others. */
export function listed(names: readonly string[], most = Infinity): string {
  const shown = names.slice(0, most).map(quoted).join(", ");
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}
