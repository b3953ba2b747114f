/**
 * Reads files that the user names: dotenv and JSON files, and plain text.
 *
 * @module
 */

import type { Context } from "./context.ts";
import { usageError } from "./exit_codes.ts";
import { joined } from "./host/read_up_to.ts";
import { systemReason } from "./system_reason.ts";

/**
 * Reads a text.
 *
 * @throws {CommandError} When it cannot be read or is not text. Never quotes the content.
 */
export function readText(context: Context, path: string): string {
  return decodeFile(readBytes(context, path), JSON.stringify(path));
}

/** The longest text in bytes. There is a limit because devices such as /dev/zero have no end. */
export const MOST_TEXT = 64 * 1024 * 1024;
const CHUNK = 256 * 1024;

/** @throws {CommandError} When the file cannot be read. */
export function readBytes({ host }: Context, path: string): Uint8Array {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    const file = host.openFile(path);
    try {
      for (let count = -1; count !== 0 && length <= MOST_TEXT; length += count) {
        const chunk = new Uint8Array(CHUNK);
        count = file.read(chunk);
        chunks.push(chunk.subarray(0, count));
      }
    } finally {
      file.close();
    }
  } catch (error) {
    throw usageError(`Cannot read ${JSON.stringify(path)}: ${systemReason(error)}`);
  }
  checkLength(length, JSON.stringify(path));
  return joined(chunks);
}

/**
 * @returns All bytes of stdin, or somewhat more than `most` of them.
 * @throws {CommandError} When it cannot be read.
 */
export async function readStdin({ host }: Context, most: number): Promise<Uint8Array> {
  try {
    return await host.readStdin(most);
  } catch (error) {
    throw usageError(`Cannot read stdin: ${systemReason(error)}`);
  }
}

/** @throws {CommandError} When a text is longer than the limit, because it would be truncated. */
export function checkLength(bytes: number, what: string): void {
  if (bytes <= MOST_TEXT) return;
  throw usageError(`${what} has more than ${MOST_TEXT} bytes, too many for kca`);
}

/**
 * @param advice What to do when it is not UTF-8.
 * @throws {CommandError} When the bytes are not UTF-8, because the stored value would be silently
 * damaged.
 */
export function decode(
  bytes: Uint8Array,
  what: string,
  advice = "encode it first, for example with base64",
): string {
  try {
    return utf8(bytes);
  } catch {
    throw usageError(`${what} is not UTF-8 text; ${advice}`);
  }
}

function utf8(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
}

/** The same for a file, which may also have a byte order mark, or be UTF-16 with one. */
function decodeFile(bytes: Uint8Array, what: string): string {
  const [first, second] = bytes;
  const encoding = first === 0xff && second === 0xfe
    ? "utf-16le"
    : first === 0xfe && second === 0xff
    ? "utf-16be"
    : undefined;
  try {
    const text = encoding === undefined
      ? utf8(bytes).replace(/^\uFEFF/, "")
      : new TextDecoder(encoding, { fatal: true }).decode(bytes);
    // UTF-16 without a mark, or UTF-32, whose mark begins like that of UTF-16.
    if (!/^(?:[^\0]\0)+$|^(?:\0[^\0])+\0?$/.test(text)) return text;
  } catch {
    // Another encoding, or not text.
  }
  throw usageError(
    `${what} is not UTF-8 text: save it as UTF-8. Encode binary data first, for ` +
      "example with base64",
  );
}

/** Reads a dotenv file. @throws {CommandError} When a part of it would be lost. */
export async function readDotenv(context: Context, path: string): Promise<Map<string, string>> {
  const { parseDotenv } = await import("./dotenv.ts");
  return parseDotenv(readText(context, path), JSON.stringify(path));
}

/**
 * @throws {CommandError} When it is not JSON. Never quotes the content, unlike the parser's error.
 */
export function readJson(context: Context, path: string): unknown {
  return parseJson(readText(context, path), JSON.stringify(path));
}

function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw usageError(`${what} is not JSON`);
  }
}

/** Reads names and values from a `.json` file with one object, else from a dotenv file. */
export async function readEntries(context: Context, path: string): Promise<Map<string, string>> {
  if (!/\.json$/i.test(path)) return await readDotenv(context, path);
  const [text, what] = [readText(context, path), JSON.stringify(path)];
  const entries = entriesOf(parseJson(text, what), what);
  checkRepeats(text, entries.size, what);
  return entries;
}

/**
 * The parser keeps the last of several values with one name.
 *
 * @param text JSON of one object whose values are strings, so names and values alternate.
 */
function checkRepeats(text: string, count: number, what: string): void {
  const names = [...text.matchAll(/"(?:[^"\\]|\\.)*"/g)].filter((_, index) => index % 2 === 0)
    .map(([name]) => JSON.parse(name) as string);
  if (names.length === count) return;
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  throw usageError(`${what}: ${JSON.stringify(repeated)} appears twice; remove one of the two`);
}

/** @throws {CommandError} When it is not an object whose values are all strings. */
export function entriesOf(value: unknown, what: string): Map<string, string> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw usageError(`${what} does not contain an object of names and values`);
  }
  const entries = Object.entries(value);
  const [wrong] = entries.find(([, item]) => typeof item !== "string") ?? [];
  if (wrong !== undefined) {
    throw usageError(`${what}: the value of ${JSON.stringify(wrong)} is not a string`);
  }
  return new Map(entries as [string, string][]);
}
