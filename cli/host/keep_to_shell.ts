/**
 * Taking out of the environment what the runtime put in. A `.env` in the working directory must
 * neither name the daemon's socket nor the service: whoever wrote a repository would choose them.
 *
 * @module
 */

import { runtime } from "../../src/runtime.ts";
import type { Host } from "./host.ts";
import { shellEnvironment } from "./shell_environment.ts";

/** Makes `process.env` what the shell gave; elsewhere everything stays as it is. */
export function keepToShell(host: Host): void {
  if (runtime.system === "windows" || runtime.name === "deno") return;
  const { env } = (globalThis as unknown as { process: { env: Record<string, string> } }).process;
  const shell = shellEnvironment(host);
  for (const [name, value] of Object.entries(env)) {
    const own = shell.get(name);
    if (own === undefined) delete env[name];
    else if (own !== value) env[name] = own;
  }
}
