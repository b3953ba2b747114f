/**
 * kernel32 on Deno.
 *
 * @module
 */

import { obstacle } from "./deno.ts";
import { loadWinCalls, type WinFunctions } from "./win_symbols.ts";
import type { WinBinding } from "./win_transport.ts";

export { obstacle };

type Foreign = { parameters: string[]; result: string };

/** What is used of Deno, so that this type-checks without Deno's own types. */
interface DenoGlobal {
  dlopen(path: string, symbols: Readonly<Record<string, Foreign>>): {
    symbols: unknown;
    close(): void;
  };
}

export const winCalls: WinBinding["winCalls"] = (paths) => {
  const { Deno } = globalThis as unknown as { Deno: DenoGlobal };
  // The others would prompt.
  const permitted = paths.filter((path) => obstacle([path]) === undefined);
  return loadWinCalls<Foreign>(permitted, {
    types: { HANDLE: "usize", DWORD: "u32", BOOL: "i32", memory: "buffer", NULL: "pointer" },
    declare: (parameters, result) => ({ parameters, result }),
    load(path, symbols) {
      const library = Deno.dlopen(path, symbols);
      return { functions: library.symbols as WinFunctions, close: () => library.close() };
    },
  });
};
