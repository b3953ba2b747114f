/**
 * Foreign functions on Deno.
 *
 * @module
 */

import { deno, granted } from "../src/runtime.ts";
import { NOT_PERMITTED, type PosixBinding } from "./binding.ts";
import { type Library, type Loader, loadFirst } from "./load.ts";
import type { PosixCalls } from "./posix/calls.ts";
import { loadPosixCalls } from "./posix/symbols.ts";

type Struct = { struct: string[] };

type Foreign = { parameters: (string | Struct)[]; result: string; nonblocking?: boolean };

type Call = (...values: unknown[]) => number | bigint;

/** poll(2) on a separate thread, bound when a daemon is slow. */
const POLL_ON_THREAD: Foreign = {
  parameters: ["buffer", "usize", "i32"],
  result: "i32",
  nonblocking: true,
};

/**
 * An extra parameter for each function. Deno compiles a fast path for every function that it binds,
 * in 0.2 ms each, unless a parameter is a struct. A call without that path takes 0.3 µs longer, so
 * the path pays only after a thousand reads. On all supported processors the caller puts the extra
 * parameter into a register that the function ignores.
 */
const UNREAD: Struct = { struct: ["i32"] };
const NOTHING = new Uint8Array(4);

/** The paths that Deno permits to load. */
export function permitted(paths: readonly string[]): readonly string[] {
  return mayLoad() ? paths : paths.filter(mayLoad);
}

/** @param path A library; all libraries when it is left out. */
function mayLoad(path?: string): boolean {
  return granted({ name: "ffi", path });
}

/** @returns The missing permission, if none of the paths is permitted. */
export function obstacle(paths: readonly string[]): string | undefined {
  return permitted(paths).length > 0 ? undefined : NOT_PERMITTED;
}

/** How Deno loads functions. */
export const loader: Loader<Foreign> = {
  declare: (parameters, result) => ({ parameters, result }),
  load(path, symbols) {
    const library = deno!.dlopen(path, symbols);
    return { functions: library.symbols, close: () => library.close() };
  },
};

/**
 * The same without a fast path for each function, for functions that are called only a few times.
 */
export const leanLoader: Loader<Foreign> = {
  declare: (parameters, result) => ({ parameters: [...parameters, UNREAD], result }),
  load(path, symbols) {
    const { functions, close } = loader.load(path, symbols);
    const calls = Object.entries(functions as Readonly<Record<string, Call>>)
      .map(([name, call]) => [name, (...values: unknown[]) => call(...values, NOTHING)] as const);
    return { functions: Object.fromEntries(calls), close };
  },
};

/** Loads libc. */
export const posixCalls: PosixBinding["posixCalls"] = (constants, paths): PosixCalls => {
  const files = permitted(paths);
  const calls = loadPosixCalls(constants, files, {
    ...leanLoader,
    types: { int: "i32", uint: "u32", size: "usize", memory: "buffer", address: "pointer" },
  });
  const { unload } = calls;
  let thread: Library<unknown> | undefined;
  return Object.assign(calls, {
    pollOnThread(fds: Uint8Array, count: number, timeout: number) {
      thread ??= loadFirst(files, (path) => loader.load(path, { poll: POLL_ON_THREAD }));
      const { poll } = thread.functions as { poll: NonNullable<PosixCalls["pollOnThread"]> };
      return poll(fds, count, timeout);
    },
    unload() {
      unload();
      thread?.close();
    },
  });
};

/** libc on Deno. One object, because a namespace import costs a bundle a helper. */
export const denoLibc: PosixBinding = { obstacle, posixCalls };
