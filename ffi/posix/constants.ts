/**
 * Numbers that Linux and macOS share, and the form of those that they do not. Each has the header
 * that it comes from.
 *
 * @module
 */

import type { PeerCredentials } from "../../src/transport.ts";
import type { PosixCalls } from "./calls.ts";

/** What differs between the two systems: see linux.ts and darwin.ts. */
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
  /** O_CLOEXEC, `<asm-generic/fcntl.h>`, `<sys/fcntl.h>`. */
  readonly O_CLOEXEC: number;
  /** Size of `sun_path` with its NUL, unix(7), `<sys/un.h>`. */
  readonly SUN_PATH: number;
  /** Error numbers by name, `<asm-generic/errno.h>`, `<sys/errno.h>`. */
  readonly errors: Readonly<Record<number, string>>;
  /** The function that gives the place of errno. */
  readonly errnoLocation: "__errno_location" | "__error";
  /** What a new socket needs besides its flags. Throws a SystemCallError. */
  prepare?(calls: PosixCalls, fd: number): void;
  /** Who listens on a connected socket, as the kernel reports. Throws when it does not. */
  peerOf(calls: PosixCalls, fd: number): PeerCredentials;
}

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
