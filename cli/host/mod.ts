/**
 * Picks the host for the runtime.
 *
 * @module
 */

import { runtime } from "../../src/runtime.ts";
import type { Host } from "./host.ts";

/** @returns The host for the runtime that this runs in. */
export async function loadHost(): Promise<Host> {
  if (runtime.name === "deno") return (await import("./deno.ts")).denoHost;
  if (runtime.name === "bun") return (await import("./bun.ts")).bunHost;
  return (await import("./node.ts")).nodeHost;
}
