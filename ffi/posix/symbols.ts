/**
 * The libc functions with their C types, written once for every runtime.
 *
 * Sizes are handed over as `size_t`. A `ssize_t` comes back as an `int`: the low half of its
 * register, which is the whole of it for the buffers used here (1 MiB at most, or -1).
 *
 * @module
 */

import type { PosixCalls } from "./calls.ts";
import type { PosixConstants } from "./constants.ts";
import { type Library, type Loader, loadFunctions } from "../load.ts";

/** C types as far as these functions have them: `memory` is a pointer to a byte array. */
export type PosixType = "int" | "uint" | "size" | "memory" | "address";

type Signature = readonly [...PosixType[], PosixType];

/** Parameters and, last, the result. */
const SYMBOLS = {
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
  // to, from, length: copies errno out of the thread's own place for it
  memcpy: ["memory", "address", "size", "address"],
  __errno_location: ["address"],
  __error: ["address"],
  // fd, how
  shutdown: ["int", "int", "int"],
  // path, flags
  open: ["memory", "int", "int"],
  // fd, into, length
  read: ["int", "memory", "size", "int"],
  // fd, command
  fcntl: ["int", "int", "int"],
  // fd, request
  ioctl: ["int", "size", "int"],
  geteuid: ["uint"],
  // fd, uid, gid
  getpeereid: ["int", "memory", "memory", "int"],
  // folder, path, flags, mask, into
  statx: ["int", "memory", "int", "uint", "memory", "int"],
} as const satisfies Readonly<Record<string, Signature>>;

type Name = keyof typeof SYMBOLS;

/**
 * What every connection calls, loaded with it; the others are loaded one by one when they are called
 * first, because each costs Deno a sixth of a millisecond. What reads errno is among these, because
 * loading it after a failure could change it.
 */
const ALWAYS = [
  "socket",
  "connect",
  "send",
  "recv",
  "close",
  "setsockopt",
  "getsockopt",
  "memcpy",
] as const satisfies readonly Name[];

const ALWAYS_LINUX = ["__errno_location"] as const satisfies readonly Name[];

const ALWAYS_DARWIN = ["__error", "ioctl", "getpeereid"] as const satisfies readonly Name[];

type Value = number | bigint | Uint8Array | null;

type Functions<N extends Name> = Readonly<Record<N, (...values: Value[]) => number>>;

/** How a runtime loads libc. */
export interface PosixLoader<D> extends Loader<D> {
  /** The runtime's name for each C type. */
  readonly types: Readonly<Record<PosixType, string>>;
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
export function loadPosixCalls<D>(
  constants: PosixConstants,
  paths: readonly string[],
  loader: PosixLoader<D>,
): PosixCalls {
  const { types, toSize = (size) => size } = loader;
  const libraries: Library<unknown>[] = [];
  let candidates = paths;
  const load = <N extends Name>(...names: N[]): Functions<N> => {
    const signatures = Object.fromEntries(names.map((name) => [name, SYMBOLS[name]]));
    const library = loadFunctions<D, PosixType, Functions<N>>(
      candidates,
      loader,
      types,
      signatures,
    );
    libraries.push(library);
    candidates = [library.path];
    return library.functions;
  };
  const darwin = constants.system === "darwin";
  const f = load(...ALWAYS, ...(darwin ? ALWAYS_DARWIN : ALWAYS_LINUX));
  const errnoLocation = darwin ? f.__error : f.__errno_location;
  const loaded: Partial<Record<Name, Functions<Name>[Name]>> = {};
  const rare = (name: Name): Functions<Name>[Name] => loaded[name] ??= load(name)[name];
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
    poll: (fds, count, timeout) => rare("poll")(fds, count === 1 ? one : toSize(count), timeout),
    yield: () => rare("sched_yield")(),
    shutdown: (fd, how) => rare("shutdown")(fd, how),
    close: (fd) => f.close(fd),
    open: (path, flags) => rare("open")(path, flags),
    read: (fd, into, length) => rare("read")(fd, into, toSize(length)),
    setsockopt: (fd, level, name, value, length) => f.setsockopt(fd, level, name, value, length),
    getsockopt: (fd, level, name, into, length) => f.getsockopt(fd, level, name, into, length),
    ioctl: (fd, request) => f.ioctl(fd, toSize(request)),
    fcntl: (fd, command) => rare("fcntl")(fd, command),
    geteuid: () => rare("geteuid")(),
    errno: () => {
      f.memcpy(errnoBytes, errnoLocation(), four);
      return errno[0]!;
    },
    ...(darwin
      ? { getpeereid: (fd, uid, gid) => f.getpeereid(fd, uid, gid) }
      // Not in every libc: glibc has it since 2.28, musl since 1.2.4.
      : { statx: (...values) => rare("statx")(...values) }),
    unload() {
      for (const library of libraries) library.close();
    },
  };
}
