/**
 * The libc functions with their C types, written once for every runtime.
 *
 * Sizes are passed as `size_t`. A `ssize_t` comes back as an `int`: the low half of its register,
 * which is the whole of it for the buffers used here (64 MiB at most, or -1). So does an `off_t`,
 * which is the size of an executable: below 2 GiB, or -1.
 *
 * @module
 */

import type { PosixCalls, PosixConstants } from "./calls.ts";
import { type Library, type Loader, loadFunctions } from "../load.ts";

/** The C types of these functions; `memory` is a pointer to a byte array. */
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
  close: ["int", "int"],
  // fd, level, name, value, length
  setsockopt: ["int", "int", "int", "memory", "uint", "int"],
  // fd, level, name, into, length
  getsockopt: ["int", "int", "int", "memory", "memory", "int"],
  // to, from, length: copies errno from the thread's address of it
  memcpy: ["memory", "address", "size", "address"],
  __errno_location: ["address"],
  __error: ["address"],
  // fd, how
  shutdown: ["int", "int", "int"],
  // path, flags
  open: ["memory", "int", "int"],
  // fd, into, length, offset
  pread: ["int", "memory", "size", "size", "int"],
  // fd, offset, whence
  lseek: ["int", "size", "int", "int"],
  // fd, command
  fcntl: ["int", "int", "int"],
  // fd, request
  ioctl: ["int", "size", "int"],
  geteuid: ["uint"],
  // fd, uid, gid
  getpeereid: ["int", "memory", "memory", "int"],
  // handle (a pointer), name
  dlsym: ["size", "memory", "address"],
  // key, destructor
  pthread_key_create: ["memory", "address", "int"],
  // key (unsigned int on Linux, unsigned long on macOS), value (a pointer)
  pthread_setspecific: ["size", "size", "int"],
  pthread_key_delete: ["size", "int"],
  // option, and its arguments (unsigned long)
  prctl: ["int", "size", "size", "size", "size", "int"],
  // folder, path, flags, mask, into
  statx: ["int", "memory", "int", "uint", "memory", "int"],
} as const satisfies Readonly<Record<string, Signature>>;

type Name = keyof typeof SYMBOLS;

/**
 * The functions that nearly every connection calls, bound together (`geteuid` only when the daemon
 * runs as an ordinary user). The others are bound one by one at their first call. On Deno each
 * costs a quarter of a millisecond here, and two thirds of a millisecond when bound separately.
 */
const ALWAYS: readonly Name[] = [
  "socket",
  "connect",
  "getsockopt",
  "geteuid",
  "send",
  "poll",
  "recv",
  "close",
];

type Call = (...values: (number | bigint | Uint8Array | null)[]) => number;

/** How a runtime loads libc. */
export interface PosixLoader<D> extends Loader<D> {
  /** The runtime's name for each C type. */
  readonly types: Readonly<Record<PosixType, string>>;
  /** Converts sizes among the arguments into the form that the runtime expects. */
  readonly adapt?: (call: Call, signature: readonly PosixType[]) => Call;
}

/**
 * Loads libc and returns its calls.
 *
 * @param constants The numbers of this system.
 * @param paths Where libc may be.
 * @param loader How this runtime loads functions.
 * @throws {unknown} The error of the first path, when none works.
 */
export function loadPosixCalls<D>(
  constants: PosixConstants,
  paths: readonly string[],
  { types, adapt = (call) => call, ...loader }: PosixLoader<D>,
): PosixCalls {
  const libraries: Library<unknown>[] = [];
  let candidates = paths;
  const bind = (...names: readonly Name[]): void => {
    const signatures: Record<string, Signature> = {};
    for (const name of names) signatures[name] = SYMBOLS[name];
    const library = loadFunctions<D, PosixType, Record<string, Call>>(
      candidates,
      loader,
      types,
      signatures,
    );
    libraries.push(library);
    candidates = [library.path];
    for (const name of names) calls[name] = adapt(library.functions[name]!, SYMBOLS[name]);
  };
  const calls: Record<string, unknown> & { [K in Name]?: Call } = {
    constants,
    errno: () => {
      // The functions that read errno are bound at the first failure, and binding may change errno.
      bind("memcpy", constants.errnoLocation);
      const { memcpy, [constants.errnoLocation]: location } = calls;
      const number = new Int32Array(1);
      const bytes = new Uint8Array(number.buffer);
      calls.errno = () => {
        memcpy!(bytes, location!(), 4);
        return number[0];
      };
      return 0;
    },
    unload() {
      for (const library of libraries) library.close();
    },
  };
  for (const name of Object.keys(SYMBOLS) as Name[]) {
    calls[name] = (...values) => {
      bind(name);
      return calls[name]!(...values);
    };
  }
  bind(...ALWAYS);
  return calls as unknown as PosixCalls;
}
