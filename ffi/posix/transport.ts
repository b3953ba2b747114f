/**
 * The ffi transport on Linux and macOS: Unix sockets through libc.
 *
 * @module
 */

import type { Runtime } from "../../src/runtime.ts";
import type { PosixBinding } from "../binding.ts";
import { libcCandidates } from "./libc.ts";
import type { PosixCalls } from "./calls.ts";
import { connectPosix, connectPosixSync } from "./connection.ts";
import { DARWIN, LINUX } from "./constants.ts";
import { ownerOf, readFile } from "./file.ts";
import { FfiTransport } from "../transport.ts";

/**
 * @param binding This runtime's binding of libc.
 * @param runtime Where this runs.
 * @returns The transport, whether or not it is available.
 */
export function posixTransport(
  binding: PosixBinding,
  runtime: Runtime,
): FfiTransport<PosixCalls> {
  const paths = libcCandidates(runtime);
  return new FfiTransport<PosixCalls>({
    library: "libc",
    obstacle: paths.length === 0
      ? { reason: `libc of ${runtime.system} on ${runtime.arch} is not known here` }
      : binding.obstacle(paths),
    load: () => binding.posixCalls(runtime.system === "darwin" ? DARWIN : LINUX, paths),
    connect: connectPosix,
    connectSync: connectPosixSync,
    uid: (calls) => calls.geteuid(),
    ownerOf,
    readFile,
  });
}
