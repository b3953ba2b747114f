/**
 * The libc functions with their C types, written once for every runtime.
 *
 * Sizes are handed over as `size_t`. A `ssize_t` comes back as an `int`: the low half of its
 * register, which is the whole of it for the buffers used here (1 MiB at most, or -1). So does an
 * `off_t`, which is the size of an executable: below 2 GiB, or -1.
 *
 * @module
 */

import type { PosixCalls, PosixConstants } from "./calls.ts";
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
  // option, and what it takes (unsigned long)
  prctl: ["int", "size", "size", "size", "size", "int"],
  // folder, path, flags, mask, into
  statx: ["int", "memory", "int", "uint", "memory", "int"],
} as const satisfies Readonly<Record<string, Signature>>;

type Name = keyof typeof SYMBOLS;

/**
 * What nearly every connection calls, bound with it: `geteuid` when the daemon runs as an ordinary
 * user. The others are bound one by one when they are first called. Each costs Deno a quarter of a
 * millisecond here, and two thirds of one by itself.
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
  /** Puts the sizes among the arguments into the form that the runtime takes. */
  readonly adapt?: (call: Call, signature: readonly PosixType[]) => Call;
}

/**
 * Loads libc and gives the calls over it.
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
      // What reads errno is bound at the first failure, and binding may change it.
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
