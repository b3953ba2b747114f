/**
 * Connects, if possible before the arguments are read.
 *
 * @module
 */

import { connect as open } from "../connect/connect.ts";
import type { KeychainClient } from "../src/client/client.ts";
import type { ConnectOptions } from "../src/client/options.ts";
import { env } from "../src/runtime.ts";

/** The library's `connect()`, with errors that also name the further flags of this command. */
export async function connect(options: ConnectOptions): Promise<KeychainClient> {
  try {
    return await open(options);
  } catch (error) {
    throw (await import("./deno_flags.ts")).forCommand(error);
  }
}

/**
 * Connects before the arguments are parsed, because the daemon takes about 0.1 s to look at a new
 * caller. Does not connect when the arguments choose the connection, or when they run nothing.
 *
 * @returns A client, or a rejected promise; `undefined` when the arguments must be parsed first.
 */
export function connectEarly(args: readonly string[]): Promise<KeychainClient> | undefined {
  if (env("KCA_SOURCE") !== undefined) return undefined;
  const end = args.indexOf("--");
  const own = end < 0 ? args : args.slice(0, end);
  if (own.some((arg) => /^(?:--socket|--timeout|--source|--help|-h$)/.test(arg))) return undefined;
  const client = connect({});
  // The code that awaits the client reports the error. When the arguments are wrong, nothing awaits
  // it.
  client.catch(() => {});
  return client;
}
