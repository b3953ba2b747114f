/**
 * Where the C library is.
 *
 * @module
 */

import type { Runtime } from "../../src/runtime.ts";

/**
 * The supported processors, by libc's names for them. Others, such as ppc64, have different
 * constants.
 */
const PROCESSORS: Readonly<Record<string, string>> = { x64: "x86_64", arm64: "aarch64" };

/**
 * Files to load libc from, in order; none on an unknown system or processor. Absolute paths come
 * first, because `--allow-ffi=<path>` of Deno resolves a bare name against the working directory
 * and then refuses it. The bare names are for systems that keep libc elsewhere.
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
  const name = PROCESSORS[arch];
  if (system !== "linux" || name === undefined) return [];
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
