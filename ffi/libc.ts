/**
 * Where the C library is.
 *
 * @module
 */

import type { Runtime } from "../src/runtime.ts";

/**
 * Files to load libc from, in order. Absolute paths come first, because `--allow-ffi=<path>` of Deno
 * resolves a bare name against the working directory and then refuses it; the bare name is for
 * systems that keep it elsewhere.
 *
 * @example
 * ```ts
 * import { libcCandidates } from "./libc.ts";
 *
 * const [first] = libcCandidates({ name: "deno", version: "", system: "linux", arch: "x64" });
 * console.log(first); // /lib/x86_64-linux-gnu/libc.so.6
 * ```
 */
export function libcCandidates({ system, arch }: Runtime): readonly string[] {
  // On macOS it is in the loader's cache: there is no file, but the path works.
  if (system === "darwin") return ["/usr/lib/libSystem.B.dylib"];
  if (system !== "linux") return [];
  const name = arch === "arm64" ? "aarch64" : "x86_64";
  return [
    `/lib/${name}-linux-gnu/libc.so.6`,
    `/usr/lib/${name}-linux-gnu/libc.so.6`,
    "/lib64/libc.so.6",
    "/usr/lib64/libc.so.6",
    "/usr/lib/libc.so.6",
    `/lib/libc.musl-${name}.so.1`,
    `/lib/ld-musl-${name}.so.1`,
    "libc.so.6",
    `libc.musl-${name}.so.1`,
  ];
}
