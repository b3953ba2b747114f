/**
 * Which transport a client gets. Chosen per client; nothing is kept between them.
 *
 * @module
 */

import { PermissionError, TransportUnavailableError } from "../src/errors/unavailable.ts";
import { debug, runtime } from "../src/runtime.ts";
import type { Transport } from "../src/transport.ts";
import { loadFfi } from "./ffi.ts";
import { netTransport } from "./net_transport.ts";

/** What a caller can name. */
export type TransportChoice = "auto" | "ffi" | "node" | Transport;

/**
 * Finds the transport that was asked for.
 *
 * @param choice A name, or a transport of the caller's own.
 * @throws {TransportUnavailableError} When this runtime cannot use it.
 * @throws {PermissionError} When only a permission is missing.
 * @throws {TypeError} When it is no transport's name.
 */
export async function chooseTransport(choice: TransportChoice): Promise<Transport> {
  if (choice === "node") return netTransport;
  if (choice !== "auto" && choice !== "ffi") return checkTransport(choice);
  const ffi = await loadFfi();
  if (ffi?.available()) return ffi;
  const why = ffi?.unavailable?.() ?? `there is no FFI on ${runtime.name} ${runtime.version}`;
  if (choice === "auto") {
    debug(`transport node, because ffi is not available: ${why}`);
    return netTransport;
  }
  throw unusable(ffi, why);
}

/** @throws {TypeError} When it has not the form of a transport. */
export function checkTransport(transport: Transport): Transport {
  if (typeof transport?.connect === "function" && typeof transport.name === "string") {
    return transport;
  }
  throw new TypeError('transport must be "auto", "ffi", "node" or an object with name and connect');
}

/** @returns The error of a transport that was asked for by name and cannot be used. */
export function unusable(transport: Transport | undefined, why: string): Error {
  const flags = (transport as { flags?: readonly string[] } | undefined)?.flags;
  return flags ? new PermissionError("FFI", [flags]) : new TransportUnavailableError("ffi", why);
}
