/**
 * The transport of a synchronous client. There is no synchronous import, so the bindings of all
 * runtimes are reached from here: a few lines each, dropped by bundlers where `connectSync` is not
 * used.
 *
 * @module
 */

import * as bun from "../ffi/bun.ts";
import * as deno from "../ffi/deno.ts";
import * as bunWin from "../ffi/bun_win.ts";
import * as denoWin from "../ffi/deno_win.ts";
import * as node from "../ffi/node.ts";
import * as nodeWin from "../ffi/node_win.ts";
import { posixTransport } from "../ffi/posix_transport.ts";
import { winTransport } from "../ffi/win_transport.ts";
import { runtime } from "../src/runtime.ts";
import type { Transport } from "../src/transport.ts";
import { checkTransport, type TransportChoice, unusable } from "./auto.ts";
import { netTransport } from "./net_transport.ts";

const BINDINGS = { deno, bun, node };
const WINDOWS = { deno: denoWin, bun: bunWin, node: nodeWin };

/**
 * Finds the transport that was asked for.
 *
 * @param choice A name, or a transport of the caller's own.
 * @throws As {@linkcode chooseTransport} rejects.
 */
export function chooseTransportSync(choice: TransportChoice): Transport {
  if (choice === "node") return netTransport;
  if (choice !== "auto" && choice !== "ffi") return checkTransport(choice);
  const ffi = runtime.name === "unknown"
    ? undefined
    : runtime.system === "windows"
    ? winTransport(WINDOWS[runtime.name])
    : posixTransport(BINDINGS[runtime.name], runtime);
  if (ffi?.available()) return ffi;
  throw unusable(ffi, ffi?.unavailable() ?? "this runtime has no FFI");
}
