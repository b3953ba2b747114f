/**
 * SIGUSR1, at which Node opens an inspector: it shows every value to whoever connects.
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

/** Has the signal end this process, as it ends others. Called before anything is read. */
export function withoutInspector(): void {
  if (runtime.name !== "node" || runtime.system === "windows") return;
  const { process } = globalThis as unknown as { process: NodeProcess };
  process.on("SIGUSR1", () => {
    process.removeAllListeners("SIGUSR1");
    process.kill(process.pid, "SIGUSR1");
  });
}
