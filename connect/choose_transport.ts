/**
 * Which transport a client gets. Chosen per client; nothing is kept between them.
 *
 * @module
 */

import { PermissionError, TransportUnavailableError } from "../src/errors/unavailable.ts";
import { debug, runtime } from "../src/runtime.ts";
import type { Transport } from "../src/transport.ts";
import { ffiTransport } from "./ffi.ts";
import { netTransport } from "../net/node_transport.ts";

/** What a caller can name. */
export type TransportChoice = "auto" | "ffi" | "node" | Transport;

/**
 * Finds the transport that was asked for.
 *
 * @param choice A name, or a transport of the caller's own.
 * @param sync Whether it must do without promises, which node:net does not.
 * @throws {TransportUnavailableError} When this runtime cannot use it.
 * @throws {PermissionError} When only a permission is missing.
 * @throws {TypeError} When it is no transport's name.
 */
export function chooseTransport(choice: TransportChoice, sync = false): Transport {
  if (choice === "node") return netTransport;
  if (choice !== "auto" && choice !== "ffi") return checkTransport(choice);
  const ffi = ffiTransport();
  if (ffi?.available()) return ffi;
  const why = ffi?.unavailable() ?? `there is no FFI on ${runtime.name} ${runtime.version}`;
  if (choice === "auto" && !sync) {
    debug(`transport node, because ffi is not available: ${why}`);
    return netTransport;
  }
  if (ffi?.flags) throw new PermissionError("FFI", [ffi.flags]);
  throw new TransportUnavailableError("ffi", why);
}

/** @throws {TypeError} When it has not the form of a transport. */
function checkTransport(transport: Transport): Transport {
  if (typeof transport?.connect === "function" && typeof transport.name === "string") {
    return transport;
  }
  throw new TypeError('transport must be "auto", "ffi", "node" or an object with name and connect');
}
