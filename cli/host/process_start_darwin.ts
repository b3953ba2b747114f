/**
 * The arguments and variables with which a process on macOS was started, from sysctl(3).
 *
 * @module
 */

import type { Libc } from "../libc/libc.ts";

/** Original arguments and variables as bytes. */
export interface ProcessStart {
  readonly words: readonly Uint8Array[];
  readonly variables: readonly Uint8Array[];
}

/** CTL_KERN, KERN_PROCARGS2: sys/sysctl.h of macOS. */
const NAME = [1, 49] as const;
/** ARG_MAX of macOS, with room for the number of arguments and the path of the executable. */
const MOST = 1_048_576 + 8_192;

/** @returns `undefined` when the system does not provide them. */
export function processStart(libc: Libc, pid: number): ProcessStart | undefined {
  const name = Int32Array.of(...NAME, pid);
  const bytes = new Uint8Array(new ArrayBuffer(MOST));
  const size = BigUint64Array.of(BigInt(MOST));
  const failed = libc.call(
    "sysctl",
    new Uint8Array(name.buffer),
    name.length,
    bytes,
    new Uint8Array(size.buffer),
    0,
    0,
  );
  return failed === 0 ? parseProcessStart(bytes.subarray(0, Number(size[0]))) : undefined;
}

/**
 * @param bytes The number of arguments, the executable's path, NULs up to the arguments, these, the
 * variables, an empty string, and strings of the system.
 */
export function parseProcessStart(bytes: Uint8Array): ProcessStart | undefined {
  if (bytes.length < 4) return undefined;
  const count = new DataView(bytes.buffer, bytes.byteOffset).getInt32(0, true);
  let at = bytes.indexOf(0, 4);
  if (at < 0) return undefined;
  while (bytes[at] === 0) at++;
  const next = (): Uint8Array | undefined => {
    const end = bytes.indexOf(0, at);
    if (end < 0) return undefined;
    const word = bytes.slice(at, end);
    at = end + 1;
    return word;
  };
  const words: Uint8Array[] = [];
  while (words.length < count) {
    const word = next();
    if (word === undefined) return undefined;
    words.push(word);
  }
  const variables: Uint8Array[] = [];
  for (let word = next(); word !== undefined && word.length > 0; word = next()) {
    variables.push(word);
  }
  return { words, variables };
}
