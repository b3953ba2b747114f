/**
 * Status of files from the runtime's own modules. Links are not followed.
 *
 * @module
 */

import { builtin, deno, granted, nodePermits } from "../src/runtime.ts";
import { SystemCallError } from "../src/transport.ts";
import { denoCode } from "./deno_errors.ts";

type FileSystem = typeof import("node:fs");

/** A file, a folder, a link or a socket. */
export interface FileStatus {
  readonly kind: "folder" | "link" | "other";
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
  /** Device and inode: the file's identity. */
  readonly device: number | bigint;
  readonly inode: number | bigint | null;
}

/** Whether the runtime permits reading a path. Checked first, because Deno prompts otherwise. */
export function mayRead(path: string): boolean {
  return granted({ name: "read", path }) && nodePermits("fs.read", path);
}

/** @throws {SystemCallError} When there is no such file, or the system forbids access. */
export function statusOf(path: string): FileStatus {
  return called(() => deno === undefined ? nodeStatus(path) : denoStatus(path));
}

/** @throws {SystemCallError} When the link was replaced in the meantime. */
export function linkTarget(path: string): string {
  return called(() => deno?.readLinkSync(path) ?? fs().readlinkSync(path));
}

/** A path with all links resolved; `undefined` when it does not exist or cannot be read. */
export function realPath(path: string): string | undefined {
  if (!mayRead(path)) return undefined;
  try {
    return deno?.realPathSync(path) ?? fs().realpathSync(path);
  } catch {
    return undefined;
  }
}

function nodeStatus(path: string): FileStatus {
  // The inode of some file systems takes 64 bits.
  const status = fs().lstatSync(path, { bigint: true });
  return {
    kind: status.isSymbolicLink() ? "link" : status.isDirectory() ? "folder" : "other",
    uid: Number(status.uid),
    gid: Number(status.gid),
    mode: Number(status.mode),
    device: status.dev,
    inode: status.ino,
  };
}

function denoStatus(path: string): FileStatus {
  const { uid, gid, mode, dev, ino, isSymlink, isDirectory } = deno!.lstatSync(path);
  if (uid === null || gid === null || mode === null) throw new Error("no owner");
  const kind = isSymlink ? "link" : isDirectory ? "folder" : "other";
  return { kind, uid, gid, mode, device: dev, inode: ino };
}

/** Reports errors as those of connect(2), which has the same errors for a path. */
function called<T>(look: () => T): T {
  try {
    return look();
  } catch (error) {
    throw new SystemCallError("connect", denoCode(error));
  }
}

function fs(): FileSystem {
  return builtin<FileSystem>("node:fs")!;
}
