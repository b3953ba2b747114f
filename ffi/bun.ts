/**
 * libc on Bun.
 *
 * @module
 */

import type { Obstacle, PosixBinding } from "./binding.ts";
import type { Loader } from "./load.ts";
import { loadPosixCalls } from "./posix/symbols.ts";

type Foreign = { args: string[]; returns: string };

/** What is used of bun:ffi. */
interface BunForeign {
  dlopen(path: string, symbols: Readonly<Record<string, Foreign>>): {
    symbols: unknown;
    close(): void;
  };
}

/** @returns Nothing: Bun has no permissions. */
export function obstacle(): Obstacle | undefined {
  return undefined;
}

/** How Bun loads functions. */
export const loader: Loader<Foreign> = {
  declare: (args, returns) => ({ args, returns }),
  load(path, symbols) {
    // Not a literal import: bundlers for other runtimes choke on the specifier.
    const ffi = process.getBuiltinModule("bun:ffi") as unknown as BunForeign;
    const library = ffi.dlopen(path, symbols);
    return { functions: library.symbols, close: () => library.close() };
  },
};

export const posixCalls: PosixBinding["posixCalls"] = (constants, paths) =>
  loadPosixCalls(constants, paths, {
    ...loader,
    types: { int: "i32", uint: "u32", size: "u64_fast", memory: "buffer", address: "ptr" },
  });
