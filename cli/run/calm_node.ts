/**
 * What Node does by itself that a program would notice.
 *
 * @module
 */

import { runtime } from "../../src/runtime.ts";

/** Keeps Node from it. Called before anything is read. */
export function calmNode(): void {
  if (runtime.name !== "node" || runtime.system === "windows") return;
  const { process } = globalThis as unknown as { process: object };
  // Closing a socket looks at process.stderr, which opens a terminal anew in the place of stderr.
  Object.defineProperty(process, "stderr", { configurable: true, value: undefined });
}
