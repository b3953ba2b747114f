/**
 * The node transport as such: what it needs is loaded at the first connection.
 *
 * @module
 */

import { PermissionError } from "../src/errors/unavailable.ts";
import { runtime } from "../src/runtime.ts";
import type { Transport } from "../src/transport.ts";
import { denoFlags } from "./deno_permissions.ts";

/** node:net, for every runtime and system. */
export const netTransport: Transport = {
  name: "node",
  available: () => true,
  async connect(endpoint, deadline) {
    // Asked first, because Deno prompts otherwise.
    const flags = denoFlags(endpoint, runtime);
    if (flags !== undefined) throw new PermissionError(`connecting to ${endpoint}`, flags);
    const { connectNet } = await import("./net.ts");
    return await connectNet(endpoint, deadline);
  },
  uid: () => (globalThis as { process?: NodeProcess }).process?.geteuid?.(),
};

interface NodeProcess {
  geteuid?(): number;
}
