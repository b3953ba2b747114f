/**
 * Numbers that Linux and macOS share, each with the header that it comes from.
 *
 * @module
 */

/** AF_UNIX, `<sys/socket.h>`: the same everywhere. */
export const AF_UNIX = 1;
/** SOCK_STREAM, `<sys/socket.h>`: the same everywhere but on MIPS. */
export const SOCK_STREAM = 1;
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

/** Error numbers that are the same on both. */
export const COMMON_ERRORS: Readonly<Record<number, string>> = {
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
