/**
 * Objects of plain values that show only their names. Loaded with `load()`.
 *
 * @module
 */

import { DENO_INSPECT, NODE_INSPECT, REDACTED } from "./secret.ts";

/** `console.table()` in the stacks of Node, Deno and Bun. No program has a frame of these places. */
const TABLE =
  /^ *at (?:\S+\.table \((?:node:internal\/console|ext:[^)]*console)|table \((?:unknown|native)[:)])/;

/**
 * Makes an object of plain values show only its names. Its properties are getters, which failed
 * assertions show as such. Copies of it (spread, `structuredClone`) show everything.
 */
export function redactObject<T extends object>(object: T): T {
  for (const [name, value] of Object.entries(object)) {
    const get = (): unknown => isTabulated() ? REDACTED : value;
    Object.defineProperty(object, name, { enumerable: true, configurable: true, get });
  }
  const shown = (): Record<string, string> =>
    Object.fromEntries(Object.keys(object).map((name) => [name, REDACTED]));
  for (const key of ["toJSON", NODE_INSPECT]) {
    Object.defineProperty(object, key, { value: shown });
  }
  // Deno expects the text and passes the function that formats it.
  const inspected = (inspect: (value: unknown, options: unknown) => string, options: unknown) =>
    inspect(shown(), options);
  Object.defineProperty(object, DENO_INSPECT, { value: inspected });
  return object;
}

/**
 * Whether `console.table()` reads the property. It asks no object how to show itself, so only the
 * stack tells it from the program.
 */
function isTabulated(): boolean {
  const { stack } = new Error() as { stack?: unknown };
  // Behind the message: this function, the getter, and the code that reads the property.
  const reader = typeof stack === "string" ? stack.split("\n")[3] : undefined;
  return reader !== undefined && TABLE.test(reader);
}
