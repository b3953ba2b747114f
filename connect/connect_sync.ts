/**
 * Connecting without promises. Everything is imported from here, because a synchronous client cannot
 * wait for an import.
 *
 * @module
 */

import { connectPosixSync } from "../ffi/posix/connection_sync.ts";
import { DARWIN } from "../ffi/posix/darwin.ts";
import { LINUX } from "../ffi/posix/linux.ts";
import { posixTransport } from "../ffi/posix/transport.ts";
import type { FfiTransport, Unloadable } from "../ffi/transport.ts";
import { connectPipeSync } from "../ffi/windows/connection_sync.ts";
import { windowsTransport } from "../ffi/windows/runtime.ts";
import { runtimeSystem } from "../net/system.ts";
import { KeychainClientSync } from "../src/client/client_sync.ts";
import { endpointCandidates } from "../src/client/endpoint.ts";
import { type ConnectSyncOptions, settingsOf } from "../src/client/options.ts";
import { TransportUnavailableError } from "../src/errors/unavailable.ts";
import { env, runtime } from "../src/runtime.ts";
import { posixBinding } from "./choose_transport.ts";
import { noFfi, withFlags } from "./deno_permissions.ts";
import { forbidReal } from "./forbid_real.ts";
import { checkTransport, type Chosen } from "./other_transports.ts";
import { explainSync } from "./remedies/explain.ts";
import { noRouteSync } from "./remedies/no_route.ts";

/**
 * Connects to the daemon without promises. Needs the ffi transport: Deno with `--allow-ffi`, Bun, or
 * Node 26 and newer.
 *
 * @param options Endpoint, transport, limits.
 * @returns A client with an open connection.
 * @throws {TransportUnavailableError} Where there is no FFI: on Node before 26.
 * @throws {DaemonUnavailableError} When no endpoint could be connected to, with each that was tried.
 * @throws {PermissionError} When the runtime's permissions do not allow it, with the flags that do.
 * @throws {UntrustedPeerError} When the socket belongs to another user.
 * @throws {TimeoutError} When connecting takes longer than `connectTimeout`.
 * @throws {InvalidRequestError} When an option is unknown or invalid, and with
 * `KEYCHAIN_AUTH_FORBID_REAL=1` in the environment when the endpoint does not belong to a test
 * daemon.
 *
 * @example
 * ```ts
 * import { connectSync } from "@keychain-auth/client/sync";
 *
 * using client = connectSync({ timeout: 2_000 });
 * client.service("AgentSecrets").write({ API_KEY: "sk-proj-dev123" });
 * ```
 */
export function connectSync(options: ConnectSyncOptions = {}): KeychainClientSync {
  const settings = settingsOf(options, true);
  const { endpoint, transport: choice = "auto" } = options;
  const candidates = endpointCandidates(endpoint, { system: runtime.system, env });
  if ((env("KEYCHAIN_AUTH_FORBID_REAL") ?? "0") !== "0") forbidReal(candidates, new Error());
  try {
    const { transport, system } = choose(choice);
    const route = { transport, system, candidates };
    return KeychainClientSync.open({
      route,
      explain: (problem, place) => explainSync(problem, place, route),
      noRoute: (failure) => noRouteSync(failure, route, endpoint),
    }, settings);
  } catch (error) {
    throw withFlags(error, options);
  }
}

function choose(choice: unknown): Chosen {
  if (choice === "node" || choice === "deno") {
    throw new TransportUnavailableError(choice, "it cannot block; use connect() with it");
  }
  if (choice !== "auto" && choice !== "ffi") {
    return { transport: checkTransport(choice), system: runtimeSystem };
  }
  const ffi = ffiTransport();
  if (ffi?.available()) return { transport: ffi, system: ffi };
  const why = ffi?.unavailable() ?? `${runtime.name} ${runtime.version} has no FFI`;
  const instead = runtime.name === "node"
    ? '. Use connect() of "@keychain-auth/client", or Node 26 and newer'
    : '. Use connect() of "@keychain-auth/client"';
  throw noFfi(why, instead);
}

function ffiTransport(): FfiTransport<Unloadable> | undefined {
  if (runtime.system === "windows") return windowsTransport(connectPipeSync);
  const constants = runtime.system === "darwin" ? DARWIN : LINUX;
  return posixBinding && posixTransport(posixBinding, runtime, constants, connectPosixSync);
}
