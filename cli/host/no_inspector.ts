/**
 * Disables SIGUSR1, at which Node opens an inspector that shows every value to any program that
 * connects.
 *
 * @module
 */

import { runtime } from "../../src/runtime.ts";

interface NodeProcess {
  readonly pid: number;
  readonly execArgv: readonly string[];
  /** Ends the inspector, if there is one. Not documented, and much quicker than node:inspector. */
  _debugEnd?(): void;
  kill(pid: number, signal: string): void;
  on(signal: string, handler: () => void): void;
  removeAllListeners(signal: string): void;
}

/** Makes the signal end this process, as it ends others. Called before anything is read. */
export function withoutInspector(): void {
  if (runtime.name !== "node" || runtime.system === "windows") return;
  const { process } = globalThis as unknown as { process: NodeProcess };
  process.on("SIGUSR1", () => {
    process.removeAllListeners("SIGUSR1");
    process.kill(process.pid, "SIGUSR1");
  });
  // The signal may have arrived while Node started. An inspector from the command line stays.
  if (!process.execArgv.some((flag) => flag.startsWith("--inspect"))) process._debugEnd?.();
}
