/**
 * The ffi transport on Windows: named pipes through kernel32.
 *
 * @module
 */

import type { Gate } from "../binding.ts";
import { FfiTransport, type Native } from "../transport.ts";
import type { WinCalls } from "./calls.ts";
import { connectPipe } from "./connection.ts";

/** One runtime's binding of kernel32. Loads nothing until `winCalls()` is called. */
export interface WinBinding extends Gate {
  /**
   * @param paths Where kernel32 may be, in order of preference.
   * @throws {Error} When it cannot be loaded.
   */
  winCalls(paths: readonly string[]): WinCalls;
}

/**
 * Where kernel32 is. The absolute path comes first, because `--allow-ffi=<path>` of Deno resolves a
 * bare name against the working directory; the bare name is for a Windows on another drive. Windows
 * loads it from the system folder, whatever is in the working directory, because it is a known DLL.
 */
export const KERNEL32: readonly string[] = ["C:\\Windows\\System32\\kernel32.dll", "kernel32.dll"];

/**
 * @param binding This runtime's binding of kernel32.
 * @param connectSync Connects without promises, for a synchronous client.
 * @returns The transport, whether or not it is available.
 */
export function winTransport(
  binding: WinBinding,
  connectSync?: Native<WinCalls>["connectSync"],
): FfiTransport<WinCalls> {
  return new FfiTransport<WinCalls>({
    library: "kernel32",
    obstacle: binding.obstacle(KERNEL32),
    load: () => binding.winCalls(KERNEL32),
    connect: connectPipe,
    connectSync,
  });
}
