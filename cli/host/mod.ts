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
  return runtime.name === "bun" ? bunHost : nodeHost;
}
