/**
 * Whether there is a folder, and who owns it.
 *
 * @module
 */

import type { PosixCalls } from "./calls.ts";
import { cString, uint32At } from "./layout.ts";

/** AT_FDCWD, `<linux/fcntl.h>`: paths are relative to the working directory. */
const AT_FDCWD = -100;
/** AT_SYMLINK_NOFOLLOW, `<linux/fcntl.h>`. */
const AT_SYMLINK_NOFOLLOW = 0x100;
/** STATX_UID, `<linux/stat.h>`. */
const STATX_UID = 0x8;

/** The user id that owns `path`, statx(2): `stx_mask` at 0, `stx_uid` at 20 of 256 bytes. */
export function ownerOf(calls: PosixCalls, path: string): number | undefined {
  const stat = new Uint8Array(256);
  const known = statx(calls, path, stat) === 0 && (uint32At(stat, 0) & STATX_UID) !== 0;
  return known ? uint32At(stat, 20) : undefined;
}

/** Whether anything is at `path`. */
export function exists(calls: PosixCalls, path: string): boolean | undefined {
  const result = statx(calls, path, new Uint8Array(256));
  return result === undefined ? undefined : result === 0;
}

/** @returns `undefined` where this libc has no statx. */
function statx(calls: PosixCalls, path: string, into: Uint8Array): number | undefined {
  try {
    return calls.statx?.(AT_FDCWD, cString(path), AT_SYMLINK_NOFOLLOW, STATX_UID, into);
  } catch {
    return undefined;
  }
}
