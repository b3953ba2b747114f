/**
 * Connects: combines the endpoint, the transport and the caller's identity.
 *
 * @module
 */

import { abortOf } from "../src/client/abort.ts";
import { KeychainClient } from "../src/client/client.ts";
import { endpointCandidates } from "../src/client/endpoint.ts";
import { type ConnectOptions, type Settings, settingsOf } from "../src/client/options.ts";
import { TransportUnavailableError } from "../src/errors/unavailable.ts";
import { debug, env, runtime } from "../src/runtime.ts";
import { chooseTransport } from "./choose_transport.ts";
import type { Chosen } from "./other_transports.ts";

/**
 * Connects to the daemon.
 *
 * The connection is the session: the daemon hashes the calling executable once for each, which takes
 * about 100 ms for Deno, Bun or Node. So make one client and keep it. `connect()` itself does not
 * wait for the hash; call it early to hide that time.
 *
 * @param options Endpoint, transport, limits.
 * @returns A client with an open connection.
 * @throws {DaemonUnavailableError} When no endpoint could be connected to, with each that was tried.
 * @throws {PermissionError} When the runtime's permissions do not allow it, with the flags that do.
 * @throws {TransportUnavailableError} When the transport does not work in this runtime.
 * @throws {UntrustedPeerError} When the socket belongs to another user.
 * @throws {TimeoutError} When connecting takes longer than `connectTimeout`.
 * @throws {InvalidRequestError} When an option is unknown or invalid, and with
 * `KEYCHAIN_AUTH_FORBID_REAL=1` in the environment when the endpoint does not belong to a test
 * daemon.
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
  const settings = settingsOf(options);
  const { endpoint, transport: choice = "auto", signal } = options;
  const candidates = endpointCandidates(endpoint, { system: runtime.system, env });
  const abort = abortOf(signal);
  if (abort?.aborted) throw abort.reason;
  if ((env("KEYCHAIN_AUTH_FORBID_REAL") ?? "0") !== "0") {
    const caller = new Error();
    (await import("./forbid_real.ts")).forbidReal(candidates, caller);
  }
  const open = async (chosen: Chosen) => {
    const hidden = settings.undumpable
      ? (await import("./undumpable.ts")).undumpable(chosen)
      : chosen;
    return await openThrough(hidden, candidates, options, settings);
  };
  try {
    try {
      return await open(await chooseTransport(choice));
    } catch (error) {
      // The library is not at any of the known paths.
      if (choice !== "auto" || !(error instanceof TransportUnavailableError)) throw error;
      debug(`transport ffi failed and is not used: ${error.message}`);
      const { socketTransport } = await import("./other_transports.ts");
      return await open(await socketTransport());
    }
  } catch (error) {
    const { withFlags } = await import("./deno_permissions.ts");
    throw withFlags(error, options);
  }
}

/** Opens a client through a transport that was already chosen, at the first of the endpoints. */
export function openThrough(
  { transport, system }: Chosen,
  candidates: readonly string[],
  { endpoint, signal }: ConnectOptions,
  settings: Settings,
): Promise<KeychainClient> {
  const route = { transport, system, candidates };
  return KeychainClient.open(
    {
      route,
      explain: async (problem, place) => {
        const { explain } = await import("./remedies/explain.ts");
        return await explain(problem, place, route);
      },
      noRoute: async (failure) => {
        const { noRoute } = await import("./remedies/no_route.ts");
        return await noRoute(failure, route, endpoint);
      },
    },
    settings,
    signal,
  );
}
