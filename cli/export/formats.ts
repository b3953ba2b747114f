/**
 * Writes formats for other programs, so that they read back every byte.
 *
 * @module
 */

import { jsonText } from "../terminal/printable.ts";
import { type DotenvParser, dotenvWriter, type Writer, WRITERS } from "./writers.ts";

/** The formats of `kca export`. */
export const FORMATS = [
  ...["env", "json", "shell", "docker", "direnv", "github-actions", "systemd"] as const,
] as const;

/** One of them. */
export type Format = typeof FORMATS[number];

/** A name or a value that a format cannot carry. Never quotes the value. */
export interface Obstacle {
  readonly name: string;
  readonly reason: string;
}

/** The result of formatting. */
export interface Formatted {
  readonly text: string;
  readonly obstacles: readonly Obstacle[];
}

/**
 * Formats variables.
 *
 * @param variables Names and values.
 * @param format What to write.
 * @param parseDotenv For `env`: checks that each line reads back unchanged.
 */
export function formatVariables(
  variables: ReadonlyMap<string, string>,
  format: Format,
  parseDotenv: DotenvParser,
): Formatted {
  if (format === "json") {
    return { text: `${jsonText(Object.fromEntries(variables))}\n`, obstacles: [] };
  }
  const write: Writer = format === "env" ? dotenvWriter(parseDotenv) : WRITERS[format];
  const lines: string[] = [];
  const obstacles: Obstacle[] = [];
  for (const [name, value] of variables) {
    const written = value.includes("\0") || name.includes("\0")
      ? { reason: "it contains a NUL character" }
      : write(name, value);
    if ("line" in written) lines.push(`${written.line}\n`);
    else obstacles.push({ name, reason: written.reason });
  }
  return { text: lines.join(""), obstacles };
}
