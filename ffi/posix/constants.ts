/**
 * Numbers and layouts of Linux and macOS, each with the header that it comes from. Linux: x86-64 and
 * arm64 agree on all of these (asm-generic). macOS: the SDK's headers, the same on both processors.
 *
 * @module
 */

/** What differs between the two systems. */
export interface PosixConstants {
  readonly system: "linux" | "darwin";
  /** SOCK_CLOEXEC, `<bits/socket_type.h>`; 0 on macOS, which has none. */
  readonly SOCK_CLOEXEC: number;
  /** SOCK_NONBLOCK, `<bits/socket_type.h>`; 0 on macOS, which has none. */
  readonly SOCK_NONBLOCK: number;
  /** SOL_SOCKET, `<asm-generic/socket.h>`, `<sys/socket.h>`. */
  readonly SOL_SOCKET: number;
  /** SO_SNDTIMEO, which on Linux bounds connect(2) on a full queue too, socket(7). */
  readonly SO_SNDTIMEO: number;
  /** SO_RCVTIMEO, which bounds recv(2), socket(7). */
  readonly SO_RCVTIMEO: number;
  /** MSG_DONTWAIT, `<bits/socket.h>`, `<sys/socket.h>`. */
  readonly MSG_DONTWAIT: number;
  /** MSG_NOSIGNAL, `<bits/socket.h>`; 0 on macOS, which has SO_NOSIGPIPE instead. */
  readonly MSG_NOSIGNAL: number;
  /** Size of `sun_path` with its NUL, unix(7), `<sys/un.h>`. */
  readonly SUN_PATH: number;
  /** Error numbers by name, `<asm-generic/errno.h>`, `<sys/errno.h>`. */
  readonly errors: Readonly<Record<number, string>>;
}

/** AF_UNIX, `<sys/socket.h>`: the same everywhere. */
export const AF_UNIX = 1;
/** SOCK_STREAM, `<sys/socket.h>`: the same everywhere but on MIPS. */
export const SOCK_STREAM = 1;
/** MSG_PEEK, `<bits/socket.h>`, `<sys/socket.h>`: the same on both. */
export const MSG_PEEK = 0x2;
/** POLLIN, `<poll.h>`: the same on both. */
export const POLLIN = 0x1;
/** POLLOUT, `<poll.h>`: the same on both. */
export const POLLOUT = 0x4;
/** SHUT_RDWR, `<sys/socket.h>`: the same on both. */
export const SHUT_RDWR = 2;
/** F_GETFD, `<fcntl.h>`: the same on both. */
export const F_GETFD = 1;
/** FD_CLOEXEC, `<fcntl.h>`: the same on both. */
export const FD_CLOEXEC = 1;

/** SO_PEERCRED, `<asm-generic/socket.h>`, Linux: gives `struct ucred` {pid, uid, gid}. */
export const SO_PEERCRED = 17;

/** FIOCLEX, `<sys/filio.h>`, macOS: `_IO('f', 1)`. Takes no third argument. */
export const FIOCLEX = 0x20006601;
/** SO_NOSIGPIPE, `<sys/socket.h>`, macOS. */
export const SO_NOSIGPIPE = 0x1022;
/** SOL_LOCAL, `<sys/un.h>`, macOS. */
export const SOL_LOCAL = 0;
/** LOCAL_PEERPID, `<sys/un.h>`, macOS. */
export const LOCAL_PEERPID = 0x002;

/** AT_FDCWD, `<linux/fcntl.h>`: paths are relative to the working directory. */
export const AT_FDCWD = -100;
/** AT_SYMLINK_NOFOLLOW, `<linux/fcntl.h>`. */
export const AT_SYMLINK_NOFOLLOW = 0x100;
/** STATX_UID, `<linux/stat.h>`. */
export const STATX_UID = 0x8;

/** O_CLOEXEC, `<asm-generic/fcntl.h>`, `<sys/fcntl.h>`. */
export const O_CLOEXEC = { linux: 0o2000000, darwin: 0x1000000 } as const;

/** Error numbers that are the same on both. */
const COMMON: Readonly<Record<number, string>> = {
  1: "EPERM",
  2: "ENOENT",
  4: "EINTR",
  5: "EIO",
  9: "EBADF",
  12: "ENOMEM",
  13: "EACCES",
  14: "EFAULT",
  20: "ENOTDIR",
  22: "EINVAL",
  23: "ENFILE",
  24: "EMFILE",
  32: "EPIPE",
};

/** Linux. */
export const LINUX: PosixConstants = {
  system: "linux",
  SOCK_CLOEXEC: 0o2000000,
  SOCK_NONBLOCK: 0o4000,
  SOL_SOCKET: 1,
  SO_SNDTIMEO: 21,
  SO_RCVTIMEO: 20,
  MSG_DONTWAIT: 0x40,
  MSG_NOSIGNAL: 0x4000,
  SUN_PATH: 108,
  errors: {
    ...COMMON,
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
};

/** macOS. */
export const DARWIN: PosixConstants = {
  system: "darwin",
  SOCK_CLOEXEC: 0,
  SOCK_NONBLOCK: 0,
  SOL_SOCKET: 0xffff,
  SO_SNDTIMEO: 0x1005,
  SO_RCVTIMEO: 0x1006,
  MSG_DONTWAIT: 0x80,
  MSG_NOSIGNAL: 0,
  SUN_PATH: 104,
  errors: {
    ...COMMON,
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
};
