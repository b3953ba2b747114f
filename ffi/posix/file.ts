/**
 * Who owns a folder.
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
  let result: number | undefined;
  try {
    result = calls.statx?.(AT_FDCWD, cString(path), AT_SYMLINK_NOFOLLOW, STATX_UID, stat);
  } catch {
    // This libc has no statx.
  }
  return result === 0 && (uint32At(stat, 0) & STATX_UID) !== 0 ? uint32At(stat, 20) : undefined;
}
