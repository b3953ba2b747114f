/**
 * The ffi transport on Windows for this runtime.
 *
 * @module
 */

import { runtime, type RuntimeName } from "../../src/runtime.ts";
import type { FfiTransport, Native } from "../transport.ts";
import { bunKernel32 } from "./bun.ts";
import type { WinCalls } from "./calls.ts";
import { denoKernel32 } from "./deno.ts";
import { nodeKernel32 } from "./node.ts";
import { type WinBinding, winTransport } from "./transport.ts";

const BINDINGS: Readonly<Record<RuntimeName, WinBinding | undefined>> = {
  deno: denoKernel32,
  bun: bunKernel32,
  node: nodeKernel32,
  unknown: undefined,
};

/**
 * @param connectSync Connects without promises, for a synchronous client.
 * @returns The transport, whether or not it is available; `undefined` where there is no FFI.
 */
export function windowsTransport(
  connectSync?: Native<WinCalls>["connectSync"],
): FfiTransport<WinCalls> | undefined {
  const binding = BINDINGS[runtime.name];
  return binding && winTransport(binding, connectSync);
}
