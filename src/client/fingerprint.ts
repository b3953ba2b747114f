/**
 * A keyed fingerprint, so that two secrets can be compared without their values.
 *
 * @module
 */

import { builtin, runtime } from "../runtime.ts";

/** Drawn once for each process. Without the key, a fingerprint reveals nothing about a value. */
let key: Uint32Array | undefined;

/**
 * HalfSipHash-2-4 with 64 bits of output (Aumasson and Bernstein, github.com/veorq/SipHash), cut to
 * the 53 bits of a safe integer.
 *
 * @param text Any string.
 */
export function fingerprint(text: string): number {
  key ??= drawKey();
  let v0 = key[0]!;
  let v1 = key[1]! ^ 0xee;
  let v2 = 0x6c796765 ^ key[0]!;
  let v3 = 0x74656462 ^ key[1]!;
  const rounds = (count: number): void => {
    for (; count > 0; count--) {
      v0 = (v0 + v1) | 0;
      v1 = rotate(v1, 5) ^ v0;
      v0 = rotate(v0, 16);
      v2 = (v2 + v3) | 0;
      v3 = rotate(v3, 8) ^ v2;
      v0 = (v0 + v3) | 0;
      v3 = rotate(v3, 7) ^ v0;
      v2 = (v2 + v1) | 0;
      v1 = rotate(v1, 13) ^ v2;
      v2 = rotate(v2, 16);
    }
  };
  // A word is two UTF-16 units. The last word holds the rest and the length.
  for (let at = 0; at <= text.length; at += 2) {
    const last = at + 2 > text.length;
    const rest = at < text.length ? text.charCodeAt(at) : 0;
    const word = last ? rest | text.length << 16 : rest | text.charCodeAt(at + 1) << 16;
    v3 ^= word;
    rounds(2);
    v0 ^= word;
  }
  v2 ^= 0xee;
  rounds(4);
  const low = v1 ^ v3;
  v1 ^= 0xdd;
  rounds(4);
  return ((v1 ^ v3) & 0x1fffff) * 2 ** 32 + (low >>> 0);
}

/** Node takes 12 ms for its first access to `crypto`, as long as the rest of a start. */
function drawKey(): Uint32Array {
  const bytes = new Uint32Array(2);
  if (runtime.name === "node" && runtime.system !== "windows") {
    try {
      const { openSync, readSync, closeSync } = builtin<typeof import("node:fs")>("node:fs")!;
      const fd = openSync("/dev/urandom", "r");
      const count = readSync(fd, bytes);
      closeSync(fd);
      if (count === bytes.byteLength) return bytes;
    } catch {
      // Node's permission model may forbid it.
    }
  }
  return crypto.getRandomValues(bytes);
}

function rotate(word: number, bits: number): number {
  return word << bits | word >>> (32 - bits);
}
