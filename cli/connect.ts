/**
 * Connecting as a command does, and before the arguments are read.
 *
 * @module
 */

import { connect as connectAnywhere } from "../connect/connect.ts";
import type { KeychainClient } from "../src/client/client.ts";
import type { ConnectOptions } from "../src/client/options.ts";
import { runtime } from "../src/runtime.ts";

/** Connects to the daemon. */
export async function connect(options: ConnectOptions): Promise<KeychainClient> {
  // Node warns of its FFI on stderr each time, and one request gains nothing by it.
  return await connectAnywhere(
    runtime.name === "node" ? { transport: "node", ...options } : options,
  );
}

/**
 * Connects before the arguments are read: the daemon looks at a new caller for about 0.1 s, which is
 * time enough to parse them. Not when they say how to connect, or that nothing is to be run.
 *
 * @returns A client, or the error that asking for it gives; `undefined` when it is too early.
 */
export function connectEarly(args: readonly string[]): Promise<KeychainClient> | undefined {
  const end = args.indexOf("--");
  const own = end < 0 ? args : args.slice(0, end);
  if (own.some((arg) => /^(?:--socket|--timeout|--help|-h$)/.test(arg))) return undefined;
  const client = connect({});
  // Told by whoever waits for the client; nobody does when the arguments are wrong.
  client.catch(() => {});
  return client;
}
