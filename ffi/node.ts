/**
 * libc on Node 26 and newer, which print a warning that their FFI is experimental.
 *
 * @module
 */

import type { Obstacle, PosixBinding } from "./binding.ts";
import type { Loader } from "./load.ts";
import { loadPosixCalls } from "./posix/symbols.ts";

type Foreign = { arguments: string[]; return: string };

/** What is used of node:ffi. */
interface NodeForeign {
  dlopen(path: string, symbols: Readonly<Record<string, Foreign>>): {
    functions: unknown;
    lib: { close(): void };
  };
}

/** What is used of Node's permission model, absent while it is off. */
interface NodePermission {
  has(scope: string): boolean;
}

function nodeFfi(): NodeForeign | undefined {
  // Older ones do not have the function either.
  return process.getBuiltinModule?.("node:ffi") as unknown as NodeForeign | undefined;
}

/** @returns What is missing: node:ffi, or the permission to use it. */
export function obstacle(): Obstacle | undefined {
  const permission = (process as { permission?: NodePermission }).permission;
  if (permission !== undefined && !permission.has("ffi")) {
    return { reason: "--allow-ffi is not granted", flags: ["--allow-ffi"] };
  }
  if (nodeFfi() === undefined) return { reason: `Node ${process.version} has no node:ffi` };
}

/** How Node loads functions. */
export const loader: Loader<Foreign> = {
  declare: (parameters, result) => ({ arguments: parameters, return: result }),
  load(path, symbols) {
    const ffi = nodeFfi();
    if (ffi === undefined) throw new Error("This Node has no node:ffi");
    const { functions, lib } = ffi.dlopen(path, symbols);
    return { functions, close: () => lib.close() };
  },
};

export const posixCalls: PosixBinding["posixCalls"] = (constants, paths) =>
  loadPosixCalls(constants, paths, {
    ...loader,
    types: { int: "int32", uint: "uint32", size: "uint64", memory: "buffer", address: "pointer" },
    toSize: BigInt,
  });
