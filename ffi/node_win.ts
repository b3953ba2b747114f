/**
 * kernel32 on Node 26 and newer.
 *
 * @module
 */

import { obstacle } from "./node.ts";
import { loadWinCalls, type WinFunctions } from "./win_symbols.ts";
import type { WinBinding } from "./win_transport.ts";

export { obstacle };

type Foreign = { arguments: string[]; return: string };

/** What is used of node:ffi. */
interface NodeForeign {
  dlopen(path: string, symbols: Readonly<Record<string, Foreign>>): {
    functions: unknown;
    lib: { close(): void };
  };
}

export const winCalls: WinBinding["winCalls"] = (paths) => {
  const ffi = process.getBuiltinModule("node:ffi") as unknown as NodeForeign | undefined;
  if (ffi === undefined) throw new Error("This Node has no node:ffi");
  return loadWinCalls<Foreign>(paths, {
    types: { HANDLE: "uint64", DWORD: "uint32", BOOL: "int32", memory: "buffer", NULL: "pointer" },
    declare: (parameters, result) => ({ arguments: parameters, return: result }),
    load(path, symbols) {
      const library = ffi.dlopen(path, symbols);
      return { functions: library.functions as WinFunctions, close: () => library.lib.close() };
    },
    toHandle: BigInt,
  });
};
