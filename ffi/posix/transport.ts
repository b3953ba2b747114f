/**
 * The ffi transport on Linux and macOS: Unix sockets through libc.
 *
 * @module
 */

import type { Runtime } from "../../src/runtime.ts";
import type { PosixBinding } from "../binding.ts";
import { FfiTransport, type Native } from "../transport.ts";
import type { PosixCalls, PosixConstants } from "./calls.ts";
import { connectPosix } from "./connection.ts";
import { exists, ownerOf } from "./file.ts";
import { libcCandidates } from "./libc.ts";

/**
 * @param binding This runtime's binding of libc.
 * @param runtime Where this runs.
 * @param constants The numbers of its system.
 * @param connectSync Connects without promises, for a synchronous client.
 * @returns The transport, whether or not it is available.
 */
export function posixTransport(
  binding: PosixBinding,
  runtime: Runtime,
  constants: PosixConstants,
  connectSync?: Native<PosixCalls>["connectSync"],
): FfiTransport<PosixCalls> {
  const paths = libcCandidates(runtime);
  return new FfiTransport<PosixCalls>({
    library: "libc",
    obstacle: paths.length === 0
      ? `libc of ${runtime.system} on ${runtime.arch} is not supported`
      : binding.obstacle(paths),
    load: () => binding.posixCalls(constants, paths),
    connect: connectPosix,
    connectSync,
    uid: (calls) => calls.geteuid(),
    ownerOf,
    exists,
  });
}
