/**
 * Synchronous access to the file system, to find and read a project. On Deno it loads no node:
 * module.
 *
 * @module
 */

import { InvalidRequestError } from "../../src/errors/request.ts";
import { PermissionError } from "../../src/errors/unavailable.ts";
import { builtin, deno, granted, nodePermits, runtime, userId } from "../../src/runtime.ts";

interface Status {
  readonly uid: number | null;
  readonly mode: number | null;
  readonly size: number;
}

interface FileSystem {
  readFileSync(path: string): Uint8Array;
  realPathSync(path: string): string;
  lstatSync(path: string): Status;
  statSync(path: string): Status;
  cwd(): string;
}

let known: FileSystem | undefined;

function files(): FileSystem {
  if (deno !== undefined) return deno;
  return known ??= ofNode();
}

function ofNode(): FileSystem {
  const fs = builtin<typeof import("node:fs")>("node:fs")!;
  return {
    readFileSync: fs.readFileSync,
    realPathSync: fs.realpathSync,
    lstatSync: fs.lstatSync,
    statSync: fs.statSync,
    cwd: builtin<typeof import("node:process")>("node:process")!.cwd,
  };
}

/** @returns The working directory, links resolved. */
export function workingFolder(): string {
  checkReadable(".");
  try {
    return files().realPathSync(files().cwd());
  } catch (error) {
    if (!isAbsent(error)) throw error;
    throw new InvalidRequestError(
      "working directory",
      "it no longer exists; change to another folder with cd",
    );
  }
}

/** @returns Whether the runtime permits to read there. */
export function mayRead(path: string): boolean {
  return flagFor(path) === undefined;
}

/** @returns Whether the path exists and can be accessed, even as a link to nothing. */
export function exists(path: string): boolean {
  if (!mayRead(path)) return false;
  try {
    files().lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

/**
 * Who except this user and root can have written a file: another owner, or others by its mode;
 * `undefined` when no one can. The mode of a link is meaningless, so only its owner counts.
 */
export function otherWriters(path: string): "owner" | "mode" | undefined {
  if (runtime.system === "windows") return undefined;
  const user = userId();
  const isOwn = ({ uid }: Status): boolean => uid === 0 || user === undefined || uid === user;
  const file = files().statSync(path);
  if (!isOwn(file) || !isOwn(files().lstatSync(path))) return "owner";
  return ((file.mode ?? 0) & 0o022) === 0 ? undefined : "mode";
}

/** @returns Whether a file, or what a link leads to, belongs to this user. */
export function belongsToUser(path: string): boolean {
  try {
    return files().statSync(path).uid === userId();
  } catch {
    return false;
  }
}

/** @returns Whether it is a folder, or a link to one. */
export function isFolder(path: string): boolean {
  try {
    return kindOf(files().statSync(path), FOLDER) === FOLDER;
  } catch {
    return false;
  }
}

/** @returns The kind of file from a mode; `otherwise` where a system has no modes. */
function kindOf({ mode }: Status, otherwise: number): number {
  return (mode ?? 0) & TYPE || otherwise;
}

/** The kinds of files in a mode. */
const [TYPE, FILE, FOLDER] = [0o170000, 0o100000, 0o040000];

/** @returns The path without links. */
export function realPath(path: string): string {
  checkReadable(path);
  return files().realPathSync(path);
}

/** Bytes of the largest file that is read: 64 MiB. */
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * @returns The content of a file; `undefined` when there is none.
 * @throws {Error} With a `code`. A device, a pipe or a socket is not read, because it may have no end.
 */
export function readFile(path: string): Uint8Array | undefined {
  checkReadable(path);
  try {
    const status = files().statSync(path);
    const kind = kindOf(status, FILE);
    if (kind !== FILE && kind !== FOLDER) throw refused("it is not a regular file");
    if (status.size > MOST_BYTES) throw refused(`it has more than ${MOST_BYTES} bytes`);
    return files().readFileSync(path);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/**
 * @returns The text of a file; `undefined` when there is none. Bytes that are not UTF-8 become U+FFFD.
 * @throws {Error} As {@linkcode readFile} does.
 */
export function readFileText(path: string): string | undefined {
  const bytes = readFile(path);
  return bytes && new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}

function refused(code: string): Error {
  return Object.assign(new Error(code), { code });
}

/** @returns The missing flag that would permit reading the path. */
function flagFor(path: string): string | undefined {
  if (!granted({ name: "read", path })) return "--allow-read";
  return nodePermits("fs.read", path) ? undefined : "--allow-fs-read";
}

function checkReadable(path: string): void {
  const flag = flagFor(path);
  if (flag === undefined) return;
  throw new PermissionError(`reading ${JSON.stringify(path)}`, [[`${flag}=${path}`]]);
}

function isAbsent(error: unknown): boolean {
  const { code, name } = error as { code?: unknown; name?: unknown };
  return code === "ENOENT" || code === "ENOTDIR" || name === "NotFound" || name === "NotADirectory";
}

/** @returns The system's name of a failure, such as `EACCES`. */
export function reasonOf(error: unknown): string {
  const { code, name } = error as { code?: string; name?: string };
  return code ?? name ?? "unknown error";
}

const SEPARATOR = runtime.system === "windows" ? /[\\/]/ : /\//;

/** @returns The folder that something is in; `undefined` for a root. */
export function parentOf(path: string): string | undefined {
  const parts = path.split(SEPARATOR);
  if (parts.pop() === "" && parts.every((part) => part === "" || part.endsWith(":"))) {
    return undefined;
  }
  const parent = parts.join("/");
  // A root ends with its separator.
  return parent === "" || parent.endsWith(":") ? `${parent}/` : parent;
}

/** @returns A path below a folder. */
export function below(folder: string, name: string): string {
  return SEPARATOR.test(folder.at(-1)!) ? folder + name : `${folder}/${name}`;
}

/** @returns Whether a path does not depend on the working directory. */
export function isAbsolute(path: string): boolean {
  return runtime.system === "windows" ? /^(?:[a-z]:)?[\\/]/i.test(path) : path.startsWith("/");
}
