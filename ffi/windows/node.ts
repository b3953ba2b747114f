/**
 * kernel32 on Node 26 and newer.
 *
 * @module
 */

import { loader, obstacle } from "../node.ts";
import { loadWinCalls } from "./symbols.ts";
import type { WinBinding } from "./transport.ts";

export { obstacle };

export const winCalls: WinBinding["winCalls"] = (paths) =>
  loadWinCalls(paths, {
    ...loader,
    types: { HANDLE: "uint64", DWORD: "uint32", BOOL: "int32", memory: "buffer", NULL: "pointer" },
    toHandle: BigInt,
  });

/** kernel32 on Node. */
export const nodeKernel32: WinBinding = { obstacle, winCalls };
