/**
 * The ffi transport of this runtime and system. A synchronous client cannot wait for an import, so
 * the bindings of all runtimes are reached from here: a few lines each.
 *
 * @module
 */

import type { PosixBinding } from "../ffi/binding.ts";
import * as bun from "../ffi/bun.ts";
import { winCalls as bunWinCalls } from "../ffi/windows/bun.ts";
import * as deno from "../ffi/deno.ts";
import { winCalls as denoWinCalls } from "../ffi/windows/deno.ts";
import * as node from "../ffi/node.ts";
import { winCalls as nodeWinCalls } from "../ffi/windows/node.ts";
import { posixTransport } from "../ffi/posix/transport.ts";
import type { FfiTransport, Unloadable } from "../ffi/transport.ts";
import { type WinBinding, winTransport } from "../ffi/windows/transport.ts";
import { runtime, type RuntimeName } from "../src/runtime.ts";

const BINDINGS: Readonly<Record<RuntimeName, (PosixBinding & WinBinding) | undefined>> = {
  deno: { obstacle: deno.obstacle, posixCalls: deno.posixCalls, winCalls: denoWinCalls },
  bun: { obstacle: bun.obstacle, posixCalls: bun.posixCalls, winCalls: bunWinCalls },
  node: { obstacle: node.obstacle, posixCalls: node.posixCalls, winCalls: nodeWinCalls },
  unknown: undefined,
};

/** @returns The transport, whether or not it is available; `undefined` where there is no FFI. */
export function ffiTransport(): FfiTransport<Unloadable> | undefined {
  const binding = BINDINGS[runtime.name];
  if (binding === undefined) return undefined;
  return runtime.system === "windows" ? winTransport(binding) : posixTransport(binding, runtime);
}
