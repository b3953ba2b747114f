/**
 * The ffi transport of this runtime, loaded when it is wanted, so that a program for one runtime
 * carries no code of another.
 *
 * @module
 */

import { runtime } from "../src/runtime.ts";
import type { Transport } from "../src/transport.ts";

/** @returns The transport, whether or not it is available; `undefined` where there is no FFI. */
export async function loadFfi(): Promise<Transport | undefined> {
  if (runtime.name === "unknown") return undefined;
  if (runtime.system === "windows") return await loadWindows();
  const [{ posixTransport }, binding] = await Promise.all([
    import("../ffi/posix_transport.ts"),
    runtime.name === "deno"
      ? import("../ffi/deno.ts")
      : runtime.name === "bun"
      ? import("../ffi/bun.ts")
      : import("../ffi/node.ts"),
  ]);
  return posixTransport(binding, runtime);
}

async function loadWindows(): Promise<Transport> {
  const [{ winTransport }, binding] = await Promise.all([
    import("../ffi/win_transport.ts"),
    runtime.name === "deno"
      ? import("../ffi/deno_win.ts")
      : runtime.name === "bun"
      ? import("../ffi/bun_win.ts")
      : import("../ffi/node_win.ts"),
  ]);
  return winTransport(binding);
}
