/**
 * Foreign functions on Bun.
 *
 * @module
 */

import { builtin } from "../src/runtime.ts";
import type { PosixBinding } from "./binding.ts";
import type { Loader } from "./load.ts";
import { loadPosixCalls } from "./posix/symbols.ts";

type Foreign = { args: string[]; returns: string };

/** The used part of bun:ffi. */
interface BunForeign {
  dlopen(path: string, symbols: Readonly<Record<string, Foreign>>): {
    symbols: unknown;
    close(): void;
  };
}

/** @returns Nothing: Bun has no permissions. */
export function obstacle(): undefined {
  return undefined;
}

/** How Bun loads functions. */
export const loader: Loader<Foreign> = {
  declare: (args, returns) => ({ args, returns }),
  load(path, symbols) {
    // Not a literal import, because bundlers for other runtimes fail on the specifier.
    const library = builtin<BunForeign>("bun:ffi")!.dlopen(path, symbols);
    return { functions: library.symbols, close: () => library.close() };
  },
};

/** Loads libc. */
export const posixCalls: PosixBinding["posixCalls"] = (constants, paths) =>
  loadPosixCalls(constants, paths, {
    ...loader,
    types: { int: "i32", uint: "u32", size: "u64_fast", memory: "buffer", address: "ptr" },
  });

/** libc on Bun. One object, because a namespace import costs a bundle a helper. */
export const bunLibc: PosixBinding = { obstacle, posixCalls };
