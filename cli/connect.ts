/**
 * What the public `connect()` does, for a program that lives for one request: what the
 * asynchronous client needs on Linux and macOS is imported at once, because one dynamic import
 * takes Deno longer than all of it, and nothing is loaded that only `connectSync()` needs.
 *
 * @module
 */

import { obstacle as bunObstacle, posixCalls as bunCalls } from "../ffi/bun.ts";
import { obstacle as denoObstacle, posixCalls as denoCalls } from "../ffi/deno.ts";
import { posixTransport } from "../ffi/posix_transport.ts";
import { KeychainClient } from "../src/client.ts";
import { endpointCandidates } from "../src/endpoint.ts";
import type { Executable } from "../src/errors/denied.ts";
import type { ConnectOptions } from "../src/options.ts";
import { env, runtime } from "../src/runtime.ts";
import type { Transport } from "../src/transport.ts";
import { netTransport } from "../transports/net_transport.ts";

/** Connects to the daemon. */
export async function connect(options: ConnectOptions): Promise<KeychainClient> {
  const candidates = endpointCandidates(options.endpoint, { system: runtime.system, env });
  const transport = await transportHere();
  const identify = async (hashed: boolean): Promise<Executable | undefined> => {
    const executable = await import("../transports/executable.ts");
    return await executable.identify(hashed, transport);
  };
  return await KeychainClient.open({ target: { transport, candidates }, identify }, options);
}

/** Not by `import * as`: for that a bundler brings in a helper that loads node:module, 20 ms on Deno. */
const DENO = { obstacle: denoObstacle, posixCalls: denoCalls };
const BUN = { obstacle: bunObstacle, posixCalls: bunCalls };

async function transportHere(): Promise<Transport> {
  // Node warns of its FFI on stderr each time, and one request gains nothing by it.
  if (runtime.name === "node") return netTransport;
  if (runtime.system === "windows") {
    const { chooseTransport } = await import("../transports/auto.ts");
    return chooseTransport("auto");
  }
  const ffi = posixTransport(runtime.name === "deno" ? DENO : BUN, runtime);
  return ffi.available() ? ffi : netTransport;
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
