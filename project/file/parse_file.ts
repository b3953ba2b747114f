/**
 * Parses the bytes of `kca.json` into a checked project.
 *
 * @module
 */

import { InvalidRequestError } from "../../src/errors/request.ts";
import type { Project } from "../spec.ts";
import { validateSpec } from "../validate_spec.ts";

/** The longest project file. One of 4,000 secrets with descriptions is shorter. */
const MOST_BYTES = 1024 * 1024;

/** What is wrong with a project file. */
export class ProjectFileError extends InvalidRequestError {
  /** The file. */
  readonly path: string;
  /** The key at fault, such as `secrets.PORT.default`; `undefined` when the file is not JSON. */
  readonly key: string | undefined;

  /**
   * @param path The file.
   * @param problem What is wrong and what is expected.
   * @param key The key at fault.
   * @param place Where, such as `:4:7`.
   */
  constructor(path: string, problem: string, key?: string, place = "") {
    super(`${JSON.stringify(path)}${place}`, problem);
    this.path = path;
    this.key = key;
  }
}

/**
 * Checks a project file.
 *
 * @param bytes Its content.
 * @param path Where it is, for messages.
 * @throws {ProjectFileError} Naming the key at fault. Never quotes the content.
 */
export function parseFile(bytes: Uint8Array, path: string): Project {
  return parseText(textOf(bytes, path), path);
}

/** @returns The text of a project file, without a byte order mark. */
export function textOf(bytes: Uint8Array, path: string): string {
  if (bytes.length > MOST_BYTES) {
    throw new ProjectFileError(path, `it has more than ${MOST_BYTES} bytes`);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new ProjectFileError(path, "it is not UTF-8; save it as UTF-8");
  }
}

/** The same for its text. */
export function parseText(text: string, path: string): Project {
  let spec: unknown;
  try {
    spec = JSON.parse(text);
  } catch {
    // The parser's own message quotes the text.
    throw new ProjectFileError(path, "it is not JSON");
  }
  let project;
  try {
    project = validateSpec(spec);
  } catch (error) {
    if (!(error instanceof InvalidRequestError)) throw error;
    const key = error.argument.replace(/^spec\.?/, "");
    throw new ProjectFileError(path, `${key === "" ? "" : `${key}: `}${error.problem}`, key);
  }
  // The parser keeps the last of several equal keys.
  if (keysOf(text) !== countKeys(spec)) throw new ProjectFileError(path, "a key appears twice");
  return project;
}

/** @returns How many keys a JSON text has: strings that a colon follows. */
function keysOf(text: string): number {
  let count = 0;
  for (const [, colon] of text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g)) if (colon) count++;
  return count;
}

function countKeys(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  const entries = Object.values(value);
  const own = Array.isArray(value) ? 0 : entries.length;
  return entries.reduce((count: number, entry) => count + countKeys(entry), own);
}
