/**
 * Foreign functions on Node 26 and newer, which print a warning that their FFI is experimental.
 *
 * @module
 */

import { builtin, nodePermits, runtime } from "../src/runtime.ts";
import { NOT_PERMITTED, type PosixBinding } from "./binding.ts";
import type { Loader } from "./load.ts";
import { loadPosixCalls } from "./posix/symbols.ts";

type Foreign = { arguments: string[]; return: string };

/** The used part of node:ffi. */
interface NodeForeign {
  dlopen(path: string, symbols: Readonly<Record<string, Foreign>>): {
    functions: unknown;
    lib: { close(): void };
  };
}

/** Older versions of Node have no such module. */
const nodeFfi = (): NodeForeign | undefined => builtin("node:ffi");

/** @returns What is missing: node:ffi, or the permission to use it. */
export function obstacle(): string | undefined {
  if (!nodePermits("ffi")) return NOT_PERMITTED;
  return nodeFfi() === undefined ? `Node ${runtime.version} has no node:ffi` : undefined;
}

/** How Node loads functions. */
export const loader: Loader<Foreign> = {
  declare: (parameters, result) => ({ arguments: parameters, return: result }),
  load(path, symbols) {
    const ffi = nodeFfi();
    if (ffi === undefined) throw new Error("this version of Node has no node:ffi");
    const { functions, lib } = ffi.dlopen(path, symbols);
    return { functions, close: () => lib.close() };
  },
};

/** Loads libc. */
export const posixCalls: PosixBinding["posixCalls"] = (constants, paths) =>
  loadPosixCalls(constants, paths, {
    ...loader,
    types: { int: "int32", uint: "uint32", size: "uint64", memory: "buffer", address: "pointer" },
    // A size is an argument of 64 bits, for which node:ffi expects a bigint.
    adapt: (call, signature) => {
      const first = signature.indexOf("size");
      if (signature.includes("size", first + 1)) {
        return (...values) =>
          call(
            ...values.map((value, at) =>
              signature[at] === "size" ? BigInt(value as number) : value
            ),
          );
      }
      switch (first) {
        case 0:
          return (a, ...rest) => call(BigInt(a as number), ...rest);
        case 1:
          return signature.length === 3
            ? (a, b) => call(a, BigInt(b as number))
            : (a, b, c) => call(a, BigInt(b as number), c);
        case 2:
          return signature.length === 4
            ? (a, b, c) => call(a, b, BigInt(c as number))
            : (a, b, c, d) => call(a, b, BigInt(c as number), d);
        default:
          return call;
      }
    },
  });

/** libc on Node. One object, because a namespace import costs a bundle a helper. */
export const nodeLibc: PosixBinding = { obstacle, posixCalls };
