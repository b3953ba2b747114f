/**
 * Files through libc: useful on Deno, which may have the permission for libc and none to read
 * files.
 *
 * @module
 */

import {
  factsOf,
  factsOfError,
  type Files,
  type OpenFile,
  type PathFacts,
} from "../../src/files.ts";
import type { FfiTransport } from "../transport.ts";
import type { PosixCalls } from "./calls.ts";
import { callError, errorName, UNKNOWN } from "./errors.ts";
import { cString, uint32At } from "./layout.ts";

/** AT_FDCWD, `<linux/fcntl.h>`: paths are relative to the working directory. */
const AT_FDCWD = -100;
/** AT_SYMLINK_NOFOLLOW, `<linux/fcntl.h>`. */
const AT_SYMLINK_NOFOLLOW = 0x100;
/** STATX_TYPE, STATX_MODE and STATX_UID, `<linux/stat.h>`. */
const WANTED = 0x1 | 0x2 | 0x8;
/** SEEK_END, `<unistd.h>`. */
const SEEK_END = 2;

/** @returns The files that a transport's libc can see. */
export function posixFiles(transport: Pick<FfiTransport<PosixCalls>, "use">): Files {
  return {
    look: (path, follow) => transport.use((calls) => look(calls, path, follow)),
    open: (path) => transport.use((calls, keep) => open(calls, path, keep())),
  };
}

/** statx(2): of 256 bytes `stx_mask` at 0, `stx_uid` at 20, `stx_mode` at 28. */
function look(calls: PosixCalls, path: string, follow: boolean = false): PathFacts | undefined {
  const stat = new Uint8Array(256);
  const flags = follow ? 0 : AT_SYMLINK_NOFOLLOW;
  try {
    for (let attempt = 0; attempt < 2; attempt++) {
      const result = calls.statx?.(AT_FDCWD, cString(path), flags, WANTED, stat);
      if (result === 0) {
        if ((uint32At(stat, 0) & WANTED) !== WANTED) return undefined;
        return factsOf(stat[28]! | stat[29]! << 8, uint32At(stat, 20));
      }
      const code = result === undefined ? undefined : errorName(calls);
      // A second call fails again and gives the error number.
      if (code !== UNKNOWN) return factsOfError(code);
    }
  } catch {
    // This libc has no statx.
  }
  return undefined;
}

/** open(2), pread(2). @throws {SystemCallError} When it cannot be opened or read. */
function open(calls: PosixCalls, path: string, release: () => void): OpenFile {
  // O_RDONLY is 0.
  const fd = calls.open(cString(path), calls.constants.O_CLOEXEC);
  if (fd === -1) {
    const error = callError(calls, "open");
    release();
    throw error;
  }
  return {
    size: Math.max(0, calls.lseek(fd, 0, SEEK_END)),
    readAt(offset, length) {
      const bytes = new Uint8Array(length);
      let read = 0;
      while (read < length) {
        const count = calls.pread(fd, bytes.subarray(read), length - read, offset + read);
        if (count === 0) break;
        if (count > 0) read += count;
        else {
          const error = callError(calls, "pread");
          if (error.code !== "EINTR") throw error;
        }
      }
      return bytes.subarray(0, read);
    },
    close() {
      calls.close(fd);
      release();
    },
  };
}
