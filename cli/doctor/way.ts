/**
 * The way to the daemon: transport, endpoints, permissions of the runtime.
 *
 * @module
 */

import type { KeychainClient } from "../../src/client/client.ts";
import { chooseEndpoint, endpointCandidates, SYSTEM_FOLDER } from "../../src/client/endpoint.ts";
import { type ConnectOptions, settingsOf } from "../../src/client/options.ts";
import { isKeychainAuthError } from "../../src/errors/mod.ts";
import type { PermissionError } from "../../src/errors/unavailable.ts";
import { env, granted, runtime } from "../../src/runtime.ts";
import type { Transport } from "../../src/transport.ts";
import { chooseTransport, ffiTransport } from "../../connect/choose_transport.ts";
import { openThrough } from "../../connect/connect.ts";
import { ffiFlags, usableSets, withFlags } from "../../connect/deno_permissions.ts";
import type { Chosen } from "../../connect/other_transports.ts";
import { isThere, type Machine } from "../../connect/remedies/machine.ts";
import { reasonOf } from "../../connect/remedies/unreachable.ts";
import { missingFlags } from "../../net/deno_flags.ts";
import { ENVIRONMENT_FLAG, forCommand, VARIABLES } from "../deno_flags.ts";
import type { Candidate } from "./types.ts";

/** The result of connecting. */
export interface Way {
  readonly client: KeychainClient | undefined;
  /** Read right after connecting, because a closed connection reports neither. */
  readonly peer: KeychainClient["peer"];
  readonly inheritable: KeychainClient["inheritable"];
  readonly candidates: readonly Candidate[];
  /** Milliseconds. */
  readonly took: number | undefined;
  /** The error of connecting. */
  readonly error: unknown;
}

/** @returns The transport that a client gets here, and why. */
export async function explainTransport(): Promise<Chosen & { reason: string }> {
  const chosen = await chooseTransport("auto");
  const { name } = chosen.transport;
  if (name === "ffi") {
    return { ...chosen, reason: "direct system calls through the runtime's FFI" };
  }
  const forbidden = runtime.name === "deno" && usableSets([ffiFlags()]).length === 0;
  const why = forbidden
    ? "--deny-ffi forbids FFI"
    : (await ffiTransport())?.unavailable() ?? `${runtime.name} ${runtime.version} has no FFI here`;
  return { ...chosen, reason: `${name === "deno" ? "Deno.connect" : "node:net"}, because ${why}` };
}

/** @returns Where the daemon may listen, and where this is set. */
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

/** Connects as a client does, and records the result of each endpoint. */
export async function findWay(
  endpoints: readonly string[],
  { transport, system }: Chosen,
  options: ConnectOptions,
  machine: Machine,
): Promise<Way> {
  const said = new Map<string, string>();
  const recording: Transport = {
    name: transport.name,
    available: () => true,
    async connect(endpoint, deadline) {
      try {
        const connection = await transport.connect(endpoint, deadline);
        if (!said.has(endpoint)) said.set(endpoint, CONNECTED);
        return connection;
      } catch (error) {
        if (!said.has(endpoint)) said.set(endpoint, statusOf(endpoint, error, machine));
        throw error;
      }
    },
  };
  const began = performance.now();
  let client: KeychainClient | undefined;
  let failure: unknown;
  try {
    const chosen = { transport: recording, system };
    client = await openThrough(chosen, endpoints, options, settingsOf(options));
  } catch (error) {
    failure = forCommand(withFlags(error, options));
  }
  const took = performance.now() - began;
  const exists = (path: string) => isThere(path, machine);
  const used = chooseEndpoint(endpoints, exists);
  const whyNot = `not used, because ${SYSTEM_FOLDER} ${
    exists(SYSTEM_FOLDER) ? "exists" : "does not exist"
  }`;
  const candidates = endpoints.map((endpoint): Candidate => {
    const connected = endpoint === client?.endpoint;
    const tried = said.has(endpoint);
    const status = said.get(endpoint) ?? (used.includes(endpoint) ? "not tried" : whyNot);
    const refused = !connected && status === CONNECTED;
    return { endpoint, tried, connected, status: refused ? "belongs to another user" : status };
  });
  if (client === undefined) {
    const nothing = { client, peer: undefined, inheritable: undefined, took: undefined };
    return { ...nothing, candidates, error: failure };
  }
  const { peer, inheritable } = client;
  return { client, peer, inheritable, candidates, took, error: undefined };
}

const CONNECTED = "connected";

function statusOf(endpoint: string, error: unknown, machine: Machine): string {
  if (isKeychainAuthError(error, "permission")) return "Deno was not given the permission";
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (code === "ETIMEDOUT") return "it does not accept connections";
  if (typeof code === "string") return reasonOf(endpoint, code, machine);
  return String(message ?? error).split("\n")[0]!;
}

/** @returns Whether Deno lets this command read its variables; others always do. */
export function mayReadVariables(): boolean {
  return VARIABLES.every((variable) => granted({ name: "env", variable }));
}

/** @returns The flags that Deno needs, if this is Deno: FFI first, then without it. */
export function denoFlags(
  endpoint: string,
  error: unknown,
): readonly (readonly string[])[] | undefined {
  if (runtime.name !== "deno") return undefined;
  if (isKeychainAuthError(error, "permission")) return (error as unknown as PermissionError).flags;
  const ways = [ffiFlags(), missingFlags(endpoint) ?? []].filter((set) => set.length > 0);
  const sets = usableSets(ways.map((set) => [...set, ENVIRONMENT_FLAG]));
  return sets.length > 0 ? sets : [[ENVIRONMENT_FLAG]];
}
