/**
 * The node transport as such: what it needs is loaded at the first connection.
 *
 * @module
 */

import { SYSTEM_FOLDER } from "../src/client/endpoint.ts";
import { PermissionError } from "../src/errors/unavailable.ts";
import { runtime } from "../src/runtime.ts";
import { SystemCallError, type Transport } from "../src/transport.ts";
import { mayKnowUser, mayRead, missingFlags } from "../connect/deno_permissions.ts";

let net: typeof import("./node_net.ts") | undefined;

/** node:net, for every runtime and system. */
export const netTransport: Transport = {
  name: "node",
  available: () => true,
  async connect(endpoint, deadline) {
    // Asked first, because Deno prompts otherwise.
    const flags = missingFlags(endpoint);
    const what = `connecting to ${endpoint}`;
    if (flags !== undefined) throw new PermissionError(what, flags);
    net = await import("./node_net.ts");
    try {
      return await net.connectNet(endpoint, deadline, mayJudge(endpoint));
    } catch (error) {
      // Node's permission model.
      const refused = error instanceof SystemCallError && error.code === "ERR_ACCESS_DENIED";
      throw refused ? new PermissionError(what, [["--allow-net"]], { cause: error }) : error;
    }
  },
  uid() {
    const { process } = globalThis as { process?: { geteuid?(): number } };
    return mayKnowUser() ? process?.geteuid?.() : undefined;
  },
  ownerOf: (path) => mayRead(path) ? net?.ownerOf(path) : undefined,
};

/** Whether an owner can be told from a stranger. */
function mayJudge(endpoint: string): boolean {
  if (runtime.system === "windows" || !mayKnowUser()) return false;
  return !endpoint.startsWith(SYSTEM_FOLDER) || mayRead(SYSTEM_FOLDER);
}
