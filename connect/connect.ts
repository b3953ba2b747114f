/**
 * Connecting: endpoint, transport and the caller's identity put together.
 *
 * @module
 */

import { checkSignal } from "../src/client/budget.ts";
import { KeychainClient } from "../src/client/client.ts";
import { KeychainClientSync } from "../src/client/client_sync.ts";
import { endpointCandidates, type Surroundings } from "../src/client/endpoint.ts";
import { TransportUnavailableError } from "../src/errors/unavailable.ts";
import { checkOptions, type ClientOptions, type ConnectOptions } from "../src/client/options.ts";
import { debug, env, runtime } from "../src/runtime.ts";
import type { Transport } from "../src/transport.ts";
import { chooseTransport } from "./choose_transport.ts";
import { withEnvironment } from "./deno_permissions.ts";
import { identify, identifySync } from "./caller_identity.ts";
import { netTransport } from "../net/node_transport.ts";

const surroundings: Surroundings = { system: runtime.system, env };

/**
 * Connects to the daemon.
 *
 * The connection is the session: the daemon hashes the calling executable once for each, about
 * 100 ms for a runtime like Deno, Bun or Node, so make one client and keep it. `connect()` itself
 * does not wait for that, so calling it early hides the time.
 *
 * @param options Endpoint, transport, limits.
 * @returns A client with an open connection.
 * @throws {DaemonUnavailableError} When no endpoint could be connected to, with each that was tried.
 * @throws {PermissionError} When the runtime's permissions do not allow it, with the flags that do.
 * @throws {TransportUnavailableError} When the transport that was named does not work here.
 * @throws {UntrustedPeerError} When the socket belongs to a stranger.
 * @throws {TimeoutError} When connecting takes longer than `connectTimeout`.
 * @throws {InvalidRequestError} When the endpoint cannot be one, or an option has not its form.
 * @throws {RangeError} When a number among the options is out of range.
 *
 * @example
 * ```ts
 * import { connect } from "@keychain-auth/client";
 *
 * await using client = await connect();
 * const secrets = await client.service("AgentSecrets").readPrefix("proj_123:development:");
 * console.log([...secrets.keys()]);
 * ```
 */
export async function connect(options: ConnectOptions = {}): Promise<KeychainClient> {
  checkOptions(options);
  const candidates = endpointCandidates(options.endpoint, surroundings);
  checkSignal(options.signal)?.throwIfAborted();
  const choice = options.transport ?? "auto";
  const open = (transport: Transport): Promise<KeychainClient> =>
    KeychainClient.open({
      target: { transport, candidates },
      identify: (hashed) => identify(hashed, transport),
    }, options);
  try {
    return await open(chooseTransport(choice)).catch((error) => {
      // The library is not where it was looked for.
      if (choice !== "auto" || !(error instanceof TransportUnavailableError)) throw error;
      debug(`transport node after all: ${error.message}`);
      return open(netTransport);
    });
  } catch (error) {
    throw options.endpoint === undefined ? withEnvironment(error) : error;
  }
}

/**
 * Connects to the daemon without promises. Needs the ffi transport: Deno with `--allow-ffi`, Bun, or
 * Node 26 and newer.
 *
 * @param options Endpoint, transport, limits.
 * @returns A client with an open connection.
 * @throws As {@linkcode connect} rejects; {@linkcode TransportUnavailableError} where there is no
 * FFI.
 *
 * @example
 * ```ts
 * import { connectSync } from "@keychain-auth/client";
 *
 * using client = connectSync({ timeout: 2_000 });
 * client.service("AgentSecrets").write({ API_KEY: "sk-proj-dev123" });
 * ```
 */
export function connectSync(options: ClientOptions = {}): KeychainClientSync {
  checkOptions(options);
  const candidates = endpointCandidates(options.endpoint, surroundings);
  const transport = chooseTransport(options.transport ?? "auto", true);
  try {
    return KeychainClientSync.open({
      target: { transport, candidates },
      identify: (hashed) => identifySync(hashed, transport),
    }, options);
  } catch (error) {
    throw options.endpoint === undefined ? withEnvironment(error) : error;
  }
}
