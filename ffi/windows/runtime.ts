/**
 * The ffi transport on Windows for the runtime that this is.
 *
 * @module
 */

import { runtime, type RuntimeName } from "../../src/runtime.ts";
import type { FfiTransport, Native } from "../transport.ts";
import * as bun from "./bun.ts";
import type { WinCalls } from "./calls.ts";
import * as deno from "./deno.ts";
import * as node from "./node.ts";
import { type WinBinding, winTransport } from "./transport.ts";

const BINDINGS: Readonly<Record<RuntimeName, WinBinding | undefined>> = {
  deno,
  bun,
  node,
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
