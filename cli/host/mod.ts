/**
 * Picks the host for the runtime. All are imported statically: they are a few lines each, and one
 * dynamic import costs Deno more than all of them.
 *
 * @module
 */

import { runtime } from "../../src/runtime.ts";
import { bunHost } from "./bun.ts";
import { denoHost } from "./deno.ts";
import type { Host } from "./host.ts";
import { nodeHost } from "./node.ts";

/** @returns The host for the runtime that this runs in. */
export function hostOf(): Host {
  if (runtime.name === "deno") return denoHost;
  if (runtime.name === "bun") return bunHost;
  // Node warns of its FFI on stderr each time, where only kca and its program may write.
  (globalThis as unknown as { process: { removeAllListeners(event: string): void } }).process
    .removeAllListeners("warning");
  return nodeHost;
}
