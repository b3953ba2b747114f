/**
 * Removes variables that the runtime added to the environment. A `.env` in the working directory
 * must not choose the daemon's socket or the service, because the author of a repository would
 * choose them.
 *
 * @module
 */

import { runtime } from "../../src/runtime.ts";
import type { Host } from "./host.ts";
import { shellEnvironment } from "./shell_environment.ts";

/** Restores `process.env` to the shell's variables; elsewhere changes nothing. */
export function restoreShellEnvironment(host: Host): void {
  if (runtime.system === "windows" || runtime.name === "deno") return;
  const { env } = (globalThis as unknown as { process: { env: Record<string, string> } }).process;
  const shell = shellEnvironment(host);
  for (const [name, value] of Object.entries(env)) {
    const own = shell.get(name);
    if (own === undefined) delete env[name];
    else if (own !== value) env[name] = own;
  }
}
