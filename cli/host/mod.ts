/**
 * Picks the host for the runtime. All are imported statically, because each is short and one
 * dynamic import costs Deno more than all of them.
 *
 * @module
 */

import { runtime } from "../../src/runtime.ts";
import { bunHost } from "./bun.ts";
import { denoHost } from "./deno.ts";
import type { Host } from "./host.ts";
import { nodeHost } from "./node.ts";

/** @returns The host for this runtime. */
export function hostOf(): Host {
  if (runtime.name === "deno") return denoHost;
  if (runtime.name === "bun") return bunHost;
  // Node warns about its FFI on stderr each time, but only kca and its program may write there.
  (globalThis as unknown as { process: { removeAllListeners(event: string): void } }).process
    .removeAllListeners("warning");
  return nodeHost;
}
