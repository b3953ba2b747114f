/**
 * What Node does by itself that a program, or whoever watches, would notice.
 *
 * @module
 */

import { runtime } from "../../src/runtime.ts";

interface NodeProcess {
  readonly pid: number;
  kill(pid: number, signal: string): void;
  on(signal: string, handler: () => void): void;
  removeAllListeners(signal: string): void;
}

/** Keeps Node from it. Called before anything is read. */
export function calmNode(): void {
  if (runtime.name !== "node" || runtime.system === "windows") return;
  const { process } = globalThis as unknown as { process: NodeProcess };
  // Closing a socket looks at process.stderr, which opens a terminal anew in the place of stderr.
  Object.defineProperty(process, "stderr", { configurable: true, value: undefined });
  // By default it opens an inspector, which shows every value to whoever connects.
  process.on("SIGUSR1", () => {
    process.removeAllListeners("SIGUSR1");
    process.kill(process.pid, "SIGUSR1");
  });
}
