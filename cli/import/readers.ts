/**
 * The values of a dotenv file. They depend on the program that reads it: dotenv keeps `$`, Bun and
 * Next expand references, each in its own way.
 *
 * @module
 */

import { parseDotenv } from "../dotenv.ts";
import { usageError } from "../exit_codes.ts";
import { listed } from "../terminal/printable.ts";
import { readAsBun } from "./read_bun.ts";
import { readAsNext } from "./read_next.ts";

/** Programs that may have read the file until now. */
export const READERS = ["dotenv", "bun", "next"] as const;

/** One of them. */
export type Reader = typeof READERS[number];

/** The result of reading. */
export interface DotenvValues {
  readonly variables: ReadonlyMap<string, string>;
  /** Variables that have different values with other readers. */
  readonly disputed: readonly string[];
  /** Variables of the shell that values contain. */
  readonly fromShell: readonly string[];
}

/**
 * Reads a dotenv file.
 *
 * @param text Its content.
 * @param file The name of the file in messages.
 * @param reader The reader to follow; optional when all agree.
 * @param shell The environment, for references to variables that the file does not set.
 * @throws {CommandError} When a part of the file would be lost, or the readers disagree. Names
 * lines and variables, never values.
 */
export function readValues(
  text: string,
  file: string,
  reader: Reader | undefined,
  shell: Readonly<Record<string, string>>,
): DotenvValues {
  const content = text.replace(/^\uFEFF/, "");
  const parsed = parseDotenv(content, file);
  const taken = { dotenv: new Set<string>(), bun: new Set<string>(), next: new Set<string>() };
  const look = (reader: Reader) => (name: string): string | undefined => {
    if (!Object.hasOwn(shell, name)) return undefined;
    taken[reader].add(name);
    return shell[name];
  };
  const read: Readonly<Record<Reader, ReadonlyMap<string, string | undefined>>> = {
    dotenv: parsed,
    bun: readAsBun(content, look("bun")),
    next: readAsNext(parsed, look("next")),
  };
  const disputed = [...parsed.keys()].filter((name) =>
    new Set(READERS.map((each) => read[each].get(name))).size > 1
  );
  if (reader === undefined && disputed.length > 0) throw disagreement(file, disputed);
  const chosen = read[reader ?? "dotenv"];
  const variables = new Map<string, string>();
  for (const name of parsed.keys()) {
    const value = chosen.get(name);
    if (value === undefined) {
      throw usageError(`${file}: ${reader} finds no value for ${JSON.stringify(name)}`);
    }
    variables.set(name, value);
  }
  return { variables, disputed, fromShell: [...taken[reader ?? "dotenv"]] };
}

function disagreement(file: string, names: readonly string[]): Error {
  return usageError(
    `Which values ${file} has depends on the program that reads it, so nothing was done. dotenv, ` +
      `Bun and Next disagree on ${
        listed(names)
      }. Type which of them has read the file until now:\n` +
      READERS.map((reader) => `  --reader ${reader}`).join("\n"),
  );
}
