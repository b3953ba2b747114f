/**
 * Files as they are searched: in pieces, links as git has them, and names of any bytes.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { closeSync, constants, openSync, readlinkSync, readSync } from "node:fs";
import { runtime } from "../../src/runtime.ts";
import { readFileByLibc } from "../libc/files.ts";
import { openLibc } from "../libc/libc.ts";
import type { ContentReader } from "./search.ts";

/** A file's name: text, or bytes where they are no UTF-8. */
export type Path = string | Uint8Array;

/** Nothing is waited for at a named pipe, and no link is followed. Windows has neither flag. */
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * Opens a file.
 *
 * @param path Where it is.
 * @param follow Whether to open what a symbolic link leads to; else it reads what the link says, which
 * is what git stores.
 * @throws {Error} With the system's `code` when it cannot be read.
 */
export function openFile(path: Path, follow = false): ContentReader {
  if (typeof path !== "string" && runtime.name === "deno") return openByBytes(path);
  const name = native(path);
  let file: number;
  try {
    file = openSync(name, follow ? constants.O_RDONLY : FLAGS);
  } catch (error) {
    // What systems say of a link that is not to be followed.
    if (!["ELOOP", "EMLINK", "EFTYPE"].includes(codeOf(error))) throw error;
    return readerOf(readlinkSync(name, { encoding: "buffer" }));
  }
  return {
    read: (into) => readSync(file, into, 0, into.length, null),
    close: () => closeSync(file),
  };
}

/** Deno takes names as text alone. */
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

/** @returns Why the system did not do something, as far as it says. */
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

/** @returns A name as Node's functions take it. */
export function native(path: Path): string | Buffer {
  return typeof path === "string" ? path : Buffer.from(path);
}

/** @returns A name as text; bytes that are no text as `\xff`. */
export function textOf(path: Path): string {
  if (typeof path === "string") return path;
  return [...path].map((byte) =>
    byte < 0x80 ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, "0")}`
  ).join("");
}
