/**
 * The functions of libc that the command calls, above all to become a program, with their C types, and the numbers that go
 * with them. `word` is an address as a number.
 *
 * @module
 */

import type { OperatingSystem as System } from "../../src/runtime.ts";

/** The C types of these functions; `memory` is a pointer to a byte array. */
export type CType = "int" | "size" | "memory" | "word";

type Signature = readonly [...CType[], CType];

/** Parameters and, last, the result. */
export const SYMBOLS = {
  // execve(2): char *path, char **argv, char **envp
  execve: ["word", "word", "word", "int"],
  // memcpy(3): to, from, length. Used to get the address of a buffer, and to copy errno
  memcpy: ["memory", "word", "size", "word"],
  // errno(3) on Linux
  __errno_location: ["word"],
  // errno(3) on macOS
  __error: ["word"],
  // sigaction(2): number, struct sigaction, its old one. The handler comes first, 0 is SIG_DFL
  sigaction: ["int", "memory", "memory", "int"],
  // fcntl(2) of Linux: descriptor, command, argument
  fcntl: ["int", "int", "int", "int"],
  // sigprocmask(2): how, signals, the old ones. Of this thread
  sigprocmask: ["int", "memory", "memory", "int"],
  // ioctl(2): descriptor, request. Those without a third argument only: see FIONCLEX
  ioctl: ["int", "size", "int"],
  // setrlimit(2): resource, struct rlimit
  setrlimit: ["int", "memory", "int"],
  // open(2): path, flags. Never to create, so without the variadic mode
  open: ["memory", "int", "int"],
  // read(2): descriptor, into, length. Never more than fits into an int
  read: ["int", "memory", "size", "int"],
  // poll(2): struct pollfd *, how many, timeout
  poll: ["memory", "size", "int", "int"],
  // readlink(2): path, into, length
  readlink: ["memory", "memory", "size", "int"],
  // sysctl(3) of macOS: int *name, its length, into, its size_t, new value, its size
  sysctl: ["memory", "int", "memory", "memory", "word", "size", "int"],
  // pipe(2): int[2]
  pipe: ["memory", "int"],
  // close(2): descriptor
  close: ["int", "int"],
  // posix_spawn(3): pid_t *, char *path, file actions, attributes, char **argv, char **envp
  posix_spawn: ["memory", "word", "memory", "word", "word", "word", "int"],
  // posix_spawn_file_actions_init(3): file actions
  posix_spawn_file_actions_init: ["memory", "int"],
  // posix_spawn_file_actions_adddup2(3): file actions, descriptor, descriptor in the program
  posix_spawn_file_actions_adddup2: ["memory", "int", "int", "int"],
  // posix_spawn_file_actions_destroy(3): file actions
  posix_spawn_file_actions_destroy: ["memory", "int"],
  // kill(2): pid, signal
  kill: ["int", "int", "int"],
  // _exit(2): code. It does not come back
  _exit: ["int", "int"],
  // waitpid(2): pid, int *status, options
  waitpid: ["int", "memory", "int", "int"],
} as const satisfies Readonly<Record<string, Signature>>;

/** Bytes that hold any of the structures here, on every system. */
export const STRUCT = 512;

/** The name of a function. */
export type Name = keyof typeof SYMBOLS;

/** `SIG_DFL` and `SIG_IGN`, signal.h, the same on Linux and macOS. */
export const SIG_DFL = 0;
export const SIG_IGN = 1;

/** `WNOHANG` and `WUNTRACED`, waitpid(2), the same on Linux and macOS. */
export const WNOHANG = 1;
export const WUNTRACED = 2;

/** signal(7): signals with the same number on Linux (x64, arm64) and macOS. */
export const SIGHUP = 1;
export const SIGPIPE = 13;
export const SIGXFSZ = 25;

/** errno(3), the same on Linux and macOS. */
export const ERRNO = {
  ENOENT: 2,
  E2BIG: 7,
  ENOEXEC: 8,
  ENOMEM: 12,
  EACCES: 13,
  ENOTDIR: 20,
  EISDIR: 21,
  ETXTBSY: 26,
} as const;

/** fcntl(2) of Linux. */
export const F_GETFD = 1;
export const F_SETFD = 2;

/** getrlimit(2), the same on Linux and macOS. */
export const RLIMIT_CORE = 4;

/** Numbers that differ. */
export const NUMBERS: Readonly<Record<"linux" | "darwin", Numbers>> = {
  linux: {
    FIOCLEX: 0x5451,
    FIONCLEX: 0x5450,
    RLIMIT_NOFILE: 7,
    SIGCHLD: 17,
    SIG_UNBLOCK: 1,
    ELOOP: 40,
    ENAMETOOLONG: 36,
  },
  darwin: {
    FIOCLEX: 0x20006601,
    FIONCLEX: 0x20006602,
    RLIMIT_NOFILE: 8,
    SIGCHLD: 20,
    SIG_UNBLOCK: 2,
    ELOOP: 62,
    ENAMETOOLONG: 63,
  },
};

/** Numbers of one system. */
export interface Numbers {
  /** Sets close-on-exec. */
  readonly FIOCLEX: number;
  /** Clears close-on-exec. fcntl(2) is variadic, which Apple's arm64 passes in another way. */
  readonly FIONCLEX: number;
  readonly RLIMIT_NOFILE: number;
  readonly SIGCHLD: number;
  readonly SIG_UNBLOCK: number;
  readonly ELOOP: number;
  readonly ENAMETOOLONG: number;
}

/** @returns The numbers of a system; `undefined` where a process cannot become a program. */
export function numbersOf(system: System): Numbers | undefined {
  return system === "linux" || system === "darwin" ? NUMBERS[system] : undefined;
}
