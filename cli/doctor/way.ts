/**
 * The way to the daemon: transport, endpoints, permissions of the runtime.
 *
 * @module
 */

import { statSync } from "node:fs";
import type { KeychainClient } from "../../src/client/client.ts";
import { endpointCandidates, endpointVariables } from "../../src/client/endpoint.ts";
import { isKeychainAuthError } from "../../src/errors/mod.ts";
import type {
  Attempt,
  DaemonUnavailableError,
  PermissionError,
} from "../../src/errors/unavailable.ts";
import type { ConnectOptions } from "../../src/client/options.ts";
import { env, runtime } from "../../src/runtime.ts";
import type { Transport } from "../../src/transport.ts";
import { chooseTransport, ffiTransport } from "../../connect/choose_transport.ts";
import { connect } from "../../connect/connect.ts";
import { ffiFlags } from "../../connect/deno_permissions.ts";
import type { Chosen } from "../../connect/other_transports.ts";
import { missingFlags } from "../../net/deno_flags.ts";
import type { Candidate } from "./types.ts";

/** How far it went. */
export interface Way {
  readonly client: KeychainClient | undefined;
  /** Read right after connecting: a connection that is gone tells neither. */
  readonly peer: KeychainClient["peer"];
  readonly inheritable: KeychainClient["inheritable"];
  readonly candidates: readonly Candidate[];
  /** Milliseconds. */
  readonly took: number | undefined;
  /** What stood in the way, the last of it. */
  readonly error: unknown;
}

/** @returns The transport that a client gets here, and why that one. */
export async function explainTransport(): Promise<Chosen & { reason: string }> {
  const chosen = await chooseTransport("auto");
  const { name } = chosen.transport;
  if (name === "ffi") {
    return { ...chosen, reason: "direct system calls through the runtime's FFI" };
  }
  const why = (await ffiTransport())?.unavailable() ??
    `${runtime.name} ${runtime.version} has no FFI here`;
  return { ...chosen, reason: `${name === "deno" ? "Deno.connect" : "node:net"}, because ${why}` };
}

/** @returns The endpoints that are tried, and who named them. */
export function explainEndpoints(socket: string | undefined): {
  endpoints: readonly string[];
  source: string;
} {
  const endpoints = endpointCandidates(socket, { system: runtime.system, env });
  const source = socket !== undefined
    ? "named by --socket"
    : env("KEYCHAIN_AUTH_SOCKET") !== undefined
    ? "named by KEYCHAIN_AUTH_SOCKET"
    : "where the daemon listens by default";
  return { endpoints, source };
}

/** Tries one endpoint after the other, as a client does, and keeps what each of them said. */
export async function findWay(
  endpoints: readonly string[],
  transport: Transport,
  options: ConnectOptions,
): Promise<Way> {
  const candidates: Candidate[] = [];
  let error: unknown;
  for (const [index, endpoint] of endpoints.entries()) {
    const began = performance.now();
    try {
      const client = await connect({ ...options, endpoint, transport });
      const took = performance.now() - began;
      const { peer, inheritable } = client;
      candidates.push({ endpoint, connected: true, status: "connected" });
      for (const rest of endpoints.slice(index + 1)) {
        candidates.push({ endpoint: rest, connected: false, status: "not needed" });
      }
      return { client, peer, inheritable, candidates, took, error: undefined };
    } catch (reason) {
      error = reason;
      candidates.push({ endpoint, connected: false, status: statusOf(reason) });
    }
  }
  const nothing = { client: undefined, peer: undefined, inheritable: undefined };
  return { ...nothing, candidates, took: undefined, error };
}

/** Linux says of any file that nobody listens. */
export function isNoSocket({ error, endpoint }: Attempt): boolean {
  if (error === "ENOTSOCK") return true;
  if (error !== "ECONNREFUSED" || !granted({ name: "read", path: endpoint })) return false;
  try {
    return !statSync(endpoint).isSocket();
  } catch {
    return false; // It has gone, or may not be looked at.
  }
}

function statusOf(error: unknown): string {
  if (isKeychainAuthError(error, "daemon_unavailable")) {
    const [attempt] = (error as unknown as DaemonUnavailableError).tried;
    if (attempt && isNoSocket(attempt)) return "it is not a socket";
    return attempt?.reason ?? "not reachable";
  }
  if (isKeychainAuthError(error, "permission")) return "Deno was not given the permission";
  if (isKeychainAuthError(error, "untrusted_peer")) return "belongs to a stranger";
  return error instanceof Error ? error.message.split("\n")[0]! : String(error);
}

/** The variables that say where the daemon listens. */
const VARIABLES = endpointVariables(runtime.system);

/** @returns Whether Deno lets us see where a user's daemon listens; others always do. */
export function mayReadVariables(): boolean {
  return VARIABLES.every((variable) => granted({ name: "env", variable }));
}

/** @returns The flags that Deno needs, if this is Deno: FFI first, then without it. */
export function denoFlags(
  endpoint: string,
  error: unknown,
): readonly (readonly string[])[] | undefined {
  if (runtime.name !== "deno") return undefined;
  const variables = `--allow-env=${VARIABLES.join(",")}`;
  const sets = socketFlags(endpoint, error).map((set) => [...set, variables]);
  // Without FFI the socket's path is part of the flags, and it is not known yet.
  return mayReadVariables() ? sets : sets.slice(0, 1);
}

function socketFlags(endpoint: string, error: unknown): readonly (readonly string[])[] {
  if (isKeychainAuthError(error, "permission")) {
    return (error as unknown as PermissionError).flags;
  }
  return [ffiFlags(), missingFlags(endpoint) ?? []].filter((set) => set.length > 0);
}

/** Asks Deno without prompting. Other runtimes grant everything. */
function granted(descriptor: object): boolean {
  const { Deno } = globalThis as unknown as {
    Deno?: { permissions: { querySync(descriptor: object): { state: string } } };
  };
  return Deno === undefined || Deno.permissions.querySync(descriptor).state === "granted";
}
