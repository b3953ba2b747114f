/**
 * kernel32 on Bun.
 *
 * @module
 */

import { loader, obstacle } from "../bun.ts";
import { loadWinCalls } from "./symbols.ts";
import type { WinBinding } from "./transport.ts";

export { obstacle };

export const winCalls: WinBinding["winCalls"] = (paths) =>
  loadWinCalls(paths, {
    ...loader,
    types: { HANDLE: "u64", DWORD: "u32", BOOL: "i32", memory: "buffer", NULL: "ptr" },
  });

/** kernel32 on Bun. */
export const bunKernel32: WinBinding = { obstacle, winCalls };
