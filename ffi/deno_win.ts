/**
 * The Windows calls on Deno.
 *
 * @module
 */

import type { WinCalls } from "./win_calls.ts";
import { bindWinCalls, declareSymbols, loadKernel32, type WinFunctions } from "./win_symbols.ts";

/** What is used of Deno, so that this type-checks without Deno's own types. */
interface DenoForeign {
  dlopen(path: string, symbols: unknown): { symbols: unknown };
}

/**
 * Loads kernel32.
 *
 * @throws {Error} When it cannot be loaded, e.g. without `--allow-ffi`.
 */
export function denoWinCalls(): WinCalls {
  const { Deno } = globalThis as unknown as { Deno: DenoForeign };
  const symbols = declareSymbols(
    { HANDLE: "usize", DWORD: "u32", BOOL: "i32", memory: "buffer", NULL: "pointer" },
    (parameters, result) => ({ parameters, result }),
  );
  return bindWinCalls(loadKernel32((path) => Deno.dlopen(path, symbols).symbols as WinFunctions));
}
