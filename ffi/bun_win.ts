/**
 * kernel32 on Bun.
 *
 * @module
 */

import { obstacle } from "./bun.ts";
import { loadWinCalls, type WinFunctions } from "./win_symbols.ts";
import type { WinBinding } from "./win_transport.ts";

export { obstacle };

type Foreign = { args: string[]; returns: string };

/** What is used of bun:ffi. */
interface BunForeign {
  dlopen(path: string, symbols: Readonly<Record<string, Foreign>>): {
    symbols: unknown;
    close(): void;
  };
}

export const winCalls: WinBinding["winCalls"] = (paths) => {
  const ffi = process.getBuiltinModule("bun:ffi") as unknown as BunForeign;
  return loadWinCalls<Foreign>(paths, {
    types: { HANDLE: "u64", DWORD: "u32", BOOL: "i32", memory: "buffer", NULL: "ptr" },
    declare: (args, returns) => ({ args, returns }),
    load(path, symbols) {
      const library = ffi.dlopen(path, symbols);
      return { functions: library.symbols as WinFunctions, close: () => library.close() };
    },
  });
};
