/**
 * Connecting, also before the arguments are read.
 *
 * @module
 */

import { connect as open } from "../connect/connect.ts";
import type { KeychainClient } from "../src/client/client.ts";
import type { ConnectOptions } from "../src/client/options.ts";
import { env } from "../src/runtime.ts";

/** The library's `connect()`, whose errors name what this command needs besides. */
export async function connect(options: ConnectOptions): Promise<KeychainClient> {
  try {
    return await open(options);
  } catch (error) {
    throw (await import("./deno_flags.ts")).forCommand(error);
  }
}

/**
 * Connects before the arguments are read: the daemon looks at a new caller for about 0.1 s, which is
 * time enough to parse them. Not when they say how to connect or not to, or that nothing is to be run.
 *
 * @returns A client, or the error that asking for it gives; `undefined` when it is too early.
 */
export function connectEarly(args: readonly string[]): Promise<KeychainClient> | undefined {
  if (env("KCA_SOURCE") !== undefined) return undefined;
  const end = args.indexOf("--");
  const own = end < 0 ? args : args.slice(0, end);
  if (own.some((arg) => /^(?:--socket|--timeout|--source|--help|-h$)/.test(arg))) return undefined;
  const client = connect({});
  // Told by whoever waits for the client; nobody does when the arguments are wrong.
  client.catch(() => {});
  return client;
}
