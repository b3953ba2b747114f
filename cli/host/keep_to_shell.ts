/**
 * Taking out of the environment what the runtime put in. A `.env` in the working directory must
 * neither name the daemon's socket nor the service: whoever wrote a repository would choose them.
 *
 * @module
 */

import { runtime } from "../../src/runtime.ts";
import type { Host } from "./host.ts";
import { shellEnvironment } from "./shell_environment.ts";

/** Where it can be known what the shell gave. Deno loads nothing that it was not told to load. */
const KNOWN = runtime.name === "bun"
  ? runtime.system === "linux" || runtime.system === "darwin"
  : runtime.name === "node" && runtime.system === "linux";

/** Makes `process.env` what the shell gave; elsewhere everything stays as it is. */
export function keepToShell(host: Host): void {
  if (!KNOWN) return;
  const { env } = (globalThis as unknown as { process: { env: Record<string, string> } }).process;
  const shell = shellEnvironment(host);
  for (const [name, value] of Object.entries(env)) {
    const own = shell.get(name);
    if (own === undefined) delete env[name];
    else if (own !== value) env[name] = own;
  }
}
