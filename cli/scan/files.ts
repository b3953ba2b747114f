/**
 * Reads files for the search: in pieces, links as git stores them, and names of any bytes.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { closeSync, constants, openSync, readlinkSync, readSync } from "node:fs";
import { runtime } from "../../src/runtime.ts";
import { readFileByLibc } from "../libc/files.ts";
import { openLibc } from "../libc/libc.ts";
import type { ContentReader } from "./search.ts";

/** A file's name: text, or bytes if it is not UTF-8. */
export type Path = string | Uint8Array;

/** Does not wait at a named pipe and follows no link. Windows has neither flag. */
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * Opens a file.
 *
 * @param path Where it is.
 * @param follow Whether to follow a symbolic link; otherwise reads its target path, which is what
 * git stores.
 * @throws {Error} With the system's `code` when it cannot be read.
 */
export function openFile(path: Path, follow = false): ContentReader {
  if (typeof path !== "string" && runtime.name === "deno") return openByBytes(path);
  const name = native(path);
  let file: number;
  try {
    file = openSync(name, follow ? constants.O_RDONLY : FLAGS);
  } catch (error) {
    // Errors for a link that is not followed.
    if (!["ELOOP", "EMLINK", "EFTYPE"].includes(codeOf(error))) throw error;
    return readerOf(readlinkSync(name, { encoding: "buffer" }));
  }
  return {
    read: (into) => readSync(file, into, 0, into.length, null),
    close: () => closeSync(file),
  };
}

/** Deno accepts only text as a name. */
function openByBytes(path: Uint8Array): ContentReader {
  const libc = openLibc();
  if (libc === undefined) throw Object.assign(new Error(), { code: "its name is not UTF-8" });
  return readerOf(readFileByLibc(libc, path));
}

/** @returns A reader of bytes that are in memory. */
export function readerOf(bytes: Uint8Array): ContentReader {
  let done = 0;
  return {
    read(into) {
      const part = bytes.subarray(done, done + into.length);
      into.set(part);
      done += part.length;
      return part.length;
    },
    close: () => {},
  };
}

/** @returns The system's name of a failure. */
export function codeOf(error: unknown): string {
  const { code, name } = error as { code?: unknown; name?: unknown };
  return String(code ?? name);
}

/** @returns A name from git or the system. */
export function pathOf(bytes: Uint8Array): Path {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return bytes;
  }
}

/** @returns A name within a folder. */
export function within(folder: Path, name: Path): Path {
  if (folder.length === 0) return name;
  if (typeof folder === "string" && typeof name === "string") {
    return folder.endsWith("/") ? folder + name : `${folder}/${name}`;
  }
  return Buffer.concat([Buffer.from(native(folder)), Buffer.from("/"), Buffer.from(native(name))]);
}

/** @returns A name for Node's functions. */
export function native(path: Path): string | Buffer {
  return typeof path === "string" ? path : Buffer.from(path);
}

/** @returns A name as text, with invalid bytes as `\xff`. */
export function textOf(path: Path): string {
  if (typeof path === "string") return path;
  return [...path].map((byte) =>
    byte < 0x80 ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, "0")}`
  ).join("");
}
