/**
 * Linux: numbers and layouts. x86-64 and arm64 agree on all of them (asm-generic).
 *
 * @module
 */

import { SystemCallError } from "../../src/transport.ts";
import type { PosixConstants } from "./calls.ts";
import { COMMON_ERRORS } from "./constants.ts";
import { callError, UNKNOWN } from "./errors.ts";
import { int32, uint32At } from "./layout.ts";

/** SO_PEERCRED, `<asm-generic/socket.h>`: gives `struct ucred` {pid, uid, gid}. */
const SO_PEERCRED = 17;

export const LINUX: PosixConstants = {
  system: "linux",
  SOCK_CLOEXEC: 0o2000000,
  SOCK_NONBLOCK: 0o4000,
  SOL_SOCKET: 1,
  SO_SNDTIMEO: 21,
  SO_RCVTIMEO: 20,
  MSG_DONTWAIT: 0x40,
  MSG_NOSIGNAL: 0x4000,
  O_CLOEXEC: 0o2000000,
  SUN_PATH: 108,
  errors: {
    ...COMMON_ERRORS,
    11: "EAGAIN",
    36: "ENAMETOOLONG",
    40: "ELOOP",
    88: "ENOTSOCK",
    91: "EPROTOTYPE",
    97: "EAFNOSUPPORT",
    103: "ECONNABORTED",
    104: "ECONNRESET",
    105: "ENOBUFS",
    106: "EISCONN",
    107: "ENOTCONN",
    110: "ETIMEDOUT",
    111: "ECONNREFUSED",
  },
  RTLD_DEFAULT: 0,
  errnoLocation: "__errno_location",
  peerOf(calls, fd) {
    const ucred = new Uint8Array(12);
    const length = int32(ucred.length);
    if (calls.getsockopt(fd, LINUX.SOL_SOCKET, SO_PEERCRED, ucred, length) !== 0) {
      throw callError(calls, "getsockopt");
    }
    if (uint32At(length, 0) !== ucred.length) throw new SystemCallError("getsockopt", UNKNOWN);
    return { pid: uint32At(ucred, 0), uid: uint32At(ucred, 4), gid: uint32At(ucred, 8) };
  },
};
