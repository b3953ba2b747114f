/**
 * The Windows calls on Node 26.
 *
 * @module
 */

import type { WinCalls } from "./win_calls.ts";
import { bindWinCalls, declareSymbols, loadKernel32, type WinFunctions } from "./win_symbols.ts";

/** What is used of node:ffi. */
interface NodeForeign {
  dlopen(path: string, symbols: unknown): { functions: unknown };
}

/**
 * Loads kernel32.
 *
 * @throws {Error} When this Node has no node:ffi, or the library cannot be loaded.
 */
export function nodeWinCalls(): WinCalls {
  const ffi = process.getBuiltinModule("node:ffi") as unknown as NodeForeign | undefined;
  if (ffi === undefined) throw new Error("This Node has no node:ffi");
  const symbols = declareSymbols(
    { HANDLE: "uint64", DWORD: "uint32", BOOL: "int32", memory: "buffer", NULL: "pointer" },
    (parameters, result) => ({ arguments: parameters, return: result }),
  );
  return bindWinCalls(
    loadKernel32((path) => ffi.dlopen(path, symbols).functions as WinFunctions),
    BigInt,
  );
}
