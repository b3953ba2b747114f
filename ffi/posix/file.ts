/**
 * Files: who owns a folder, and what an executable holds.
 *
 * @module
 */

import type { PosixCalls } from "./calls.ts";
import { callError } from "./errors.ts";
import { cString, uint32At } from "./layout.ts";

/** AT_FDCWD, `<linux/fcntl.h>`: paths are relative to the working directory. */
const AT_FDCWD = -100;
/** AT_SYMLINK_NOFOLLOW, `<linux/fcntl.h>`. */
const AT_SYMLINK_NOFOLLOW = 0x100;
/** STATX_UID, `<linux/stat.h>`. */
const STATX_UID = 0x8;
const CHUNK = 1024 * 1024;

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

/**
 * A file's bytes, in pieces that are valid until the next is asked for: open(2), read(2).
 *
 * @throws {SystemCallError} When it cannot be opened or read.
 */
export function* readFile(calls: PosixCalls, path: string): Generator<Uint8Array> {
  // O_RDONLY is 0.
  const fd = calls.open(cString(path), calls.constants.O_CLOEXEC);
  if (fd === -1) throw callError(calls, "open");
  try {
    const chunk = new Uint8Array(CHUNK);
    for (;;) {
      const count = calls.read(fd, chunk, chunk.length);
      if (count === 0) return;
      if (count === -1) {
        const error = callError(calls, "read");
        if (error.code === "EINTR") continue;
        throw error;
      }
      yield chunk.subarray(0, count);
    }
  } finally {
    calls.close(fd);
  }
}
