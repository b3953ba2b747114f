/**
 * kernel32 on Deno.
 *
 * @module
 */

import { loader, obstacle, permitted } from "../deno.ts";
import { loadWinCalls } from "./symbols.ts";
import type { WinBinding } from "./transport.ts";

export { obstacle };

export const winCalls: WinBinding["winCalls"] = (paths) =>
  loadWinCalls(permitted(paths), {
    ...loader,
    types: { HANDLE: "usize", DWORD: "u32", BOOL: "i32", memory: "buffer", NULL: "pointer" },
  });

/** kernel32 on Deno. */
export const denoKernel32: WinBinding = { obstacle, winCalls };
