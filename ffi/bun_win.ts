/**
 * The Windows calls on Bun.
 *
 * @module
 */

import type { WinCalls } from "./win_calls.ts";
import { bindWinCalls, declareSymbols, loadKernel32, type WinFunctions } from "./win_symbols.ts";

/** What is used of bun:ffi. */
interface BunForeign {
  dlopen(path: string, symbols: unknown): { symbols: unknown };
}

/**
 * Loads kernel32.
 *
 * @throws {Error} When it cannot be loaded.
 */
export function bunWinCalls(): WinCalls {
  const ffi = process.getBuiltinModule("bun:ffi") as unknown as BunForeign;
  const symbols = declareSymbols(
    { HANDLE: "u64", DWORD: "u32", BOOL: "i32", memory: "buffer", NULL: "ptr" },
    (args, returns) => ({ args, returns }),
  );
  return bindWinCalls(loadKernel32((path) => ffi.dlopen(path, symbols).symbols as WinFunctions));
}
