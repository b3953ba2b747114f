/**
 * Chooses the transport of a client. Chosen anew for each client.
 *
 * @module
 */

import type { PosixBinding } from "../ffi/binding.ts";
import { bunLibc } from "../ffi/bun.ts";
import { denoLibc } from "../ffi/deno.ts";
import { nodeLibc } from "../ffi/node.ts";
import { LINUX } from "../ffi/posix/linux.ts";
import { posixTransport } from "../ffi/posix/transport.ts";
import type { FfiTransport, Unloadable } from "../ffi/transport.ts";
import { debug, runtime, type RuntimeName } from "../src/runtime.ts";
import type { Chosen } from "./other_transports.ts";

const BINDINGS: Readonly<Record<RuntimeName, PosixBinding | undefined>> = {
  deno: denoLibc,
  bun: bunLibc,
  node: nodeLibc,
  unknown: undefined,
};

/** The binding of libc for this runtime. */
export const posixBinding: PosixBinding | undefined = BINDINGS[runtime.name];

/** The ffi transport, whether or not it is available; `undefined` where there is no FFI. */
export async function ffiTransport(): Promise<FfiTransport<Unloadable> | undefined> {
  if (runtime.system === "windows") {
    return (await import("../ffi/windows/runtime.ts")).windowsTransport();
  }
  if (posixBinding === undefined) return undefined;
  const constants = runtime.system === "darwin"
    ? (await import("../ffi/posix/darwin.ts")).DARWIN
    : LINUX;
  return posixTransport(posixBinding, runtime, constants);
}

/**
 * Finds the requested transport.
 *
 * @param choice A name, or a custom transport.
 * @throws {TransportUnavailableError} When this runtime cannot use it.
 * @throws {PermissionError} When only a permission is missing.
 * @throws {InvalidRequestError} When it is not a transport.
 */
export async function chooseTransport(choice: unknown): Promise<Chosen> {
  const auto = choice === "auto";
  if (!auto && choice !== "ffi") {
    return await (await import("./other_transports.ts")).otherTransport(choice);
  }
  const ffi = await ffiTransport();
  if (ffi?.available()) return { transport: ffi, system: ffi };
  const why = ffi?.unavailable() ?? `${runtime.name} ${runtime.version} has no FFI`;
  if (!auto) throw (await import("./deno_permissions.ts")).noFfi(why);
  debug(`transport ffi is not used: ${why}`);
  return await (await import("./other_transports.ts")).socketTransport();
}
