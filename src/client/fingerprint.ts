/**
 * A keyed fingerprint, so that two secrets can be compared without their values.
 *
 * @module
 */

import { builtin } from "../runtime.ts";

/** Drawn once for each process. Without the key, a fingerprint reveals nothing about a value. */
let key: Uint8Array | undefined;

/**
 * HMAC-SHA-256, cut to a safe integer. Its module takes 12 ms to load, as long as the rest of a
 * start, so it is loaded when secrets are compared, which tests do.
 *
 * @param text Any string.
 */
export function fingerprint(text: string): number {
  const { createHmac, randomBytes } = builtin<typeof import("node:crypto")>("node:crypto")!;
  key ??= randomBytes(32);
  // UTF-16, because UTF-8 has the same bytes for all lone surrogates.
  return createHmac("sha256", key).update(text, "utf16le").digest().readUIntBE(0, 6);
}
