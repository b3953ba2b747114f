/**
 * The libc functions with their C types, written once for every runtime.
 *
 * Sizes are handed over as `size_t`. A `ssize_t` comes back as an `int`: the low half of its
 * register, which is the whole of it for the buffers used here (1 MiB at most, or -1).
 *
 * @module
 */

import type { PosixCalls } from "./posix_calls.ts";
import type { PosixConstants } from "./posix_constants.ts";
import { loadFirst } from "./load.ts";

/** C types as far as these functions have them: `memory` is a pointer to a byte array. */
export type PosixType = "int" | "uint" | "size" | "memory" | "address";

type Signature = readonly [...PosixType[], PosixType];

/** Parameters and, last, the result. What every connection needs. */
const COMMON = {
  // domain, type, protocol
  socket: ["int", "int", "int", "int"],
  // fd, address, length
  connect: ["int", "memory", "uint", "int"],
  // fd, bytes, length, flags
  send: ["int", "memory", "size", "int", "int"],
  // fd, into, length, flags
  recv: ["int", "memory", "size", "int", "int"],
  // fds, count (unsigned long on Linux, unsigned int on macOS), timeout
  poll: ["memory", "size", "int", "int"],
  sched_yield: ["int"],
  close: ["int", "int"],
  // fd, level, name, value, length
  setsockopt: ["int", "int", "int", "memory", "uint", "int"],
  // fd, level, name, into, length
  getsockopt: ["int", "int", "int", "memory", "memory", "int"],
  geteuid: ["uint"],
  // to, from, length: copies errno out of the thread's own place for it
  memcpy: ["memory", "address", "size", "address"],
} as const satisfies Readonly<Record<string, Signature>>;

const LINUX_ONLY = {
  __errno_location: ["address"],
} as const satisfies Readonly<Record<string, Signature>>;

const DARWIN_ONLY = {
  __error: ["address"],
  // fd, request
  ioctl: ["int", "size", "int"],
  // fd, uid, gid
  getpeereid: ["int", "memory", "memory", "int"],
} as const satisfies Readonly<Record<string, Signature>>;

/** Loaded when one of them is needed: a symbol costs Deno a sixth of a millisecond. */
const RARE = {
  // fd, how
  shutdown: ["int", "int", "int"],
  // path, flags
  open: ["memory", "int", "int"],
  // fd, into, length
  read: ["int", "memory", "size", "int"],
  // fd, command
  fcntl: ["int", "int", "int"],
} as const satisfies Readonly<Record<string, Signature>>;

/** Not in every libc (glibc 2.28, musl 1.2.4), so loaded by itself when it is needed. */
const STATX = {
  // folder, path, flags, mask, into
  statx: ["int", "memory", "int", "uint", "memory", "int"],
} as const satisfies Readonly<Record<string, Signature>>;

type Value = number | bigint | Uint8Array | null;

/** The functions as a runtime's loader gives them. */
export type PosixFunctions = Readonly<Record<string, (...values: Value[]) => number>>;

/** A loaded library. */
export interface Library {
  readonly functions: PosixFunctions;
  close(): void;
}

/** How a runtime loads functions. */
export interface PosixLoader<T> {
  /** The runtime's name for each C type. */
  readonly types: Readonly<Record<PosixType, string>>;
  /** Makes the runtime's declaration of one function. */
  declare(parameters: string[], result: string): T;
  /** Loads functions from one library. Throws when it or one of them is missing. */
  load(path: string, symbols: Readonly<Record<string, T>>): Library;
  /** Puts a size into the form that the runtime takes as an argument. Default: as it is. */
  readonly toSize?: (size: number) => number | bigint;
}

/**
 * Loads libc and gives the calls over it.
 *
 * @param constants The numbers of this system.
 * @param paths Where libc may be.
 * @param loader How this runtime loads functions.
 * @throws {unknown} What loading by the first path threw, when none works.
 */
export function loadPosixCalls<T>(
  constants: PosixConstants,
  paths: readonly string[],
  loader: PosixLoader<T>,
): PosixCalls {
  const { toSize = (size) => size } = loader;
  const system = constants.system === "darwin" ? DARWIN_ONLY : LINUX_ONLY;
  const library = loadSymbols(paths, loader, { ...COMMON, ...system });
  const f = library.functions as
    & Readonly<Record<keyof typeof COMMON, PosixFunctions[string]>>
    & PosixFunctions;
  const { ioctl, getpeereid } = f;
  let rareLibrary: Library | undefined;
  const rare = (name: keyof typeof RARE): PosixFunctions[string] =>
    (rareLibrary ??= loadSymbols(paths, loader, RARE)).functions[name]!;
  const errnoLocation = (f.__errno_location ?? f.__error)!;
  const errno = new Int32Array(1);
  const errnoBytes = new Uint8Array(errno.buffer);
  const four = toSize(4);
  const one = toSize(1);
  return {
    constants,
    socket: (domain, type, protocol) => f.socket(domain, type, protocol),
    connect: (fd, address, length) => f.connect(fd, address, length),
    send: (fd, bytes, length, flags) => f.send(fd, bytes, toSize(length), flags),
    recv: (fd, into, length, flags) => f.recv(fd, into, toSize(length), flags),
    poll: (fds, count, timeout) => f.poll(fds, count === 1 ? one : toSize(count), timeout),
    yield: () => f.sched_yield(),
    shutdown: (fd, how) => rare("shutdown")(fd, how),
    close: (fd) => f.close(fd),
    open: (path, flags) => rare("open")(path, flags),
    read: (fd, into, length) => rare("read")(fd, into, toSize(length)),
    setsockopt: (fd, level, name, value, length) => f.setsockopt(fd, level, name, value, length),
    getsockopt: (fd, level, name, into, length) => f.getsockopt(fd, level, name, into, length),
    ioctl: (fd, request) => ioctl === undefined ? -1 : ioctl(fd, toSize(request)),
    fcntl: (fd, command) => rare("fcntl")(fd, command),
    geteuid: () => f.geteuid(),
    errno: () => {
      f.memcpy(errnoBytes, errnoLocation(), four);
      return errno[0]!;
    },
    ...(getpeereid && { getpeereid: (fd, uid, gid) => getpeereid(fd, uid, gid) }),
    ...(constants.system === "linux" && {
      statx: (folder, path, flags, mask, into) => {
        const { functions, close } = loadSymbols(paths, loader, STATX);
        try {
          return functions.statx!(folder, path, flags, mask, into);
        } finally {
          close();
        }
      },
    }),
    unload() {
      library.close();
      rareLibrary?.close();
    },
  };
}

function loadSymbols<T>(
  paths: readonly string[],
  { types, declare, load }: PosixLoader<T>,
  signatures: Readonly<Record<string, Signature>>,
): Library {
  const declared: Record<string, T> = {};
  for (const [name, signature] of Object.entries(signatures)) {
    const names = signature.map((type) => types[type]);
    declared[name] = declare(names.slice(0, -1), names[names.length - 1]!);
  }
  return loadFirst(paths, (path) => load(path, declared));
}
