/**
 * The node transport as such: what it needs is loaded at the first connection.
 *
 * @module
 */

import type { Transport } from "../src/transport.ts";

/** node:net, for every runtime and system. */
export const netTransport: Transport = {
  name: "node",
  available: () => true,
  async connect(endpoint, deadline) {
    const { connectNet } = await import("./net.ts");
    return await connectNet(endpoint, deadline);
  },
  uid: () => (globalThis as { process?: NodeProcess }).process?.geteuid?.(),
};

interface NodeProcess {
  geteuid?(): number;
}
