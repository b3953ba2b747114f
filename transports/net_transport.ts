/**
 * The node transport as such: what it needs is loaded at the first connection.
 *
 * @module
 */

import { PermissionError } from "../src/errors/unavailable.ts";
import { SystemCallError, type Transport } from "../src/transport.ts";
import { missingFlags } from "./deno_permissions.ts";

/** node:net, for every runtime and system. */
export const netTransport: Transport = {
  name: "node",
  available: () => true,
  async connect(endpoint, deadline) {
    // Asked first, because Deno prompts otherwise.
    const flags = missingFlags(endpoint);
    const what = `connecting to ${endpoint}`;
    if (flags !== undefined) throw new PermissionError(what, flags);
    const { connectNet } = await import("./net.ts");
    try {
      return await connectNet(endpoint, deadline);
    } catch (error) {
      // Node's permission model.
      const refused = error instanceof SystemCallError && error.code === "ERR_ACCESS_DENIED";
      throw refused ? new PermissionError(what, [["--allow-net"]], { cause: error }) : error;
    }
  },
  uid: () => (globalThis as { process?: NodeProcess }).process?.geteuid?.(),
};

interface NodeProcess {
  geteuid?(): number;
}
