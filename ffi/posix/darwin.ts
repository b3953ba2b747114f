/**
 * macOS: numbers and layouts from the SDK's headers, the same on both processors.
 *
 * @module
 */

import type { PosixConstants } from "./calls.ts";
import { COMMON_ERRORS } from "./constants.ts";
import { callError } from "./errors.ts";
import { int32, timeval, uint32At } from "./layout.ts";

/** FIOCLEX, `<sys/filio.h>`: `_IO('f', 1)`. Takes no third argument. */
const FIOCLEX = 0x20006601;
/** SO_NOSIGPIPE, `<sys/socket.h>`. */
const SO_NOSIGPIPE = 0x1022;
/** SOL_LOCAL, `<sys/un.h>`. */
const SOL_LOCAL = 0;
/** LOCAL_PEERPID, `<sys/un.h>`. */
const LOCAL_PEERPID = 0x002;

export const DARWIN: PosixConstants = {
  system: "darwin",
  SOCK_CLOEXEC: 0,
  SOCK_NONBLOCK: 0,
  SOL_SOCKET: 0xffff,
  SO_SNDTIMEO: 0x1005,
  SO_RCVTIMEO: 0x1006,
  MSG_DONTWAIT: 0x80,
  MSG_NOSIGNAL: 0,
  O_CLOEXEC: 0x1000000,
  SUN_PATH: 104,
  errors: {
    ...COMMON_ERRORS,
    35: "EAGAIN",
    38: "ENOTSOCK",
    41: "EPROTOTYPE",
    47: "EAFNOSUPPORT",
    53: "ECONNABORTED",
    54: "ECONNRESET",
    55: "ENOBUFS",
    56: "EISCONN",
    57: "ENOTCONN",
    60: "ETIMEDOUT",
    61: "ECONNREFUSED",
    62: "ELOOP",
    63: "ENAMETOOLONG",
  },
  RTLD_DEFAULT: 2n ** 64n - 2n, // -2
  errnoLocation: "__error",
  // No SOCK_CLOEXEC here. fcntl(fd, F_SETFD, 1) is variadic, which a fixed signature gets wrong on
  // arm64; FIOCLEX needs no third argument. And send(2) ignores MSG_DONTWAIT on a Unix socket, so a
  // short timeout takes its place.
  prepare(calls, fd) {
    const { SOL_SOCKET, SO_SNDTIMEO } = DARWIN;
    if (calls.ioctl(fd, FIOCLEX) !== 0) throw callError(calls, "ioctl");
    for (
      const [name, value] of [[SO_NOSIGPIPE, int32(1)], [SO_SNDTIMEO, timeval(1)]] as const
    ) {
      if (calls.setsockopt(fd, SOL_SOCKET, name, value, value.length) !== 0) {
        throw callError(calls, "setsockopt");
      }
    }
  },
  peerOf(calls, fd) {
    const [uid, gid, pid] = [new Uint8Array(4), new Uint8Array(4), new Uint8Array(4)];
    if (calls.getpeereid?.(fd, uid, gid) !== 0) throw callError(calls, "getpeereid");
    const known = calls.getsockopt(fd, SOL_LOCAL, LOCAL_PEERPID, pid, int32(4)) === 0;
    return {
      ...(known && { pid: uint32At(pid, 0) }),
      uid: uint32At(uid, 0),
      gid: uint32At(gid, 0),
    };
  },
};
