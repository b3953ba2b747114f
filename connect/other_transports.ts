/**
 * The transports without FFI, and custom ones.
 *
 * @module
 */

import { runtimeSystem } from "../net/system.ts";
import { InvalidRequestError } from "../src/errors/request.ts";
import { TransportUnavailableError } from "../src/errors/unavailable.ts";
import { runtime } from "../src/runtime.ts";
import type { SystemServices } from "../src/system.ts";
import type { Transport } from "../src/transport.ts";

/** A transport and the system services that go with it. */
export interface Chosen {
  readonly transport: Transport;
  readonly system: SystemServices;
}

/** The transport for a runtime without FFI: Deno's own sockets, else node:net. */
export async function socketTransport(): Promise<Chosen> {
  const own = runtime.name === "deno" && runtime.system !== "windows";
  return { transport: await named(own ? "deno" : "node"), system: runtimeSystem };
}

/**
 * Returns a transport by its name, or a custom one.
 *
 * @throws {TransportUnavailableError} When this runtime cannot use it.
 * @throws {InvalidRequestError} When it is not a transport.
 */
export async function otherTransport(choice: unknown): Promise<Chosen> {
  const transport = choice === "node" || choice === "deno"
    ? await named(choice)
    : checkTransport(choice);
  if (transport.available()) return { transport, system: runtimeSystem };
  const why = transport.unavailable?.() ?? "it is not available in this runtime";
  throw new TransportUnavailableError(transport.name, why);
}

/** @throws {InvalidRequestError} When the choice does not have the form of a transport. */
export function checkTransport(choice: unknown): Transport {
  const { name, available, connect } = (choice ?? {}) as Partial<Transport>;
  const whole = typeof name === "string" && typeof available === "function" &&
    typeof connect === "function";
  if (whole) return choice as Transport;
  throw new InvalidRequestError(
    "transport",
    'expected "auto", "ffi", "deno", "node" or an object with name, available and connect',
  );
}

async function named(name: "deno" | "node"): Promise<Transport> {
  return name === "deno"
    ? (await import("../net/deno_connect.ts")).denoTransport
    : (await import("../net/node_net.ts")).nodeTransport;
}
