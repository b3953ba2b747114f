/**
 * kernel32 on Deno.
 *
 * @module
 */

import { loader, obstacle, permitted } from "./deno.ts";
import { loadWinCalls } from "./win_symbols.ts";
import type { WinBinding } from "./win_transport.ts";

export { obstacle };

export const winCalls: WinBinding["winCalls"] = (paths) =>
  loadWinCalls(permitted(paths), {
    ...loader,
    types: { HANDLE: "usize", DWORD: "u32", BOOL: "i32", memory: "buffer", NULL: "pointer" },
  });
