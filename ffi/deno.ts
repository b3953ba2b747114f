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

type Foreign = { parameters: string[]; result: string; nonblocking?: boolean };

/** poll(2) on a thread of its own, bound when a daemon is slow. */
const POLL_ON_THREAD: Foreign = {
  parameters: ["buffer", "usize", "i32"],
  result: "i32",
  nonblocking: true,
};

/** The paths that Deno permits to load. */
export function permitted(paths: readonly string[]): readonly string[] {
  return mayLoad() ? paths : paths.filter(mayLoad);
}

/** @param path A library, or all of them when it is left out. */
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

/** Loads libc. */
export const posixCalls: PosixBinding["posixCalls"] = (constants, paths): PosixCalls => {
  const files = permitted(paths);
  const calls = loadPosixCalls(constants, files, {
    ...loader,
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
