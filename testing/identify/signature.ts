/**
 * Signed executables: an Ed25519 signature of all bytes before it, then `KCAS`, 68 bytes in all at
 * the end of the file.
 */
import { createPublicKey, verify } from "node:crypto";
import { Buffer } from "node:buffer";
import { closeSync, fstatSync, openSync, readFileSync, readSync } from "node:fs";

/** The last bytes of a signed file. */
export const MAGIC = "KCAS";
/** The length of a signature and the magic after it. */
export const TRAILER_LENGTH: number = 64 + MAGIC.length;

/** The bytes before the 32 bytes of a key in its DER form (SubjectPublicKeyInfo, RFC 8410). */
const DER_PREFIX = Buffer.from("302a300506032b6570032100", "hex");

/** @returns Whether a file ends like a signed one. Reads only its end. */
export function hasTrailer(path: string): boolean {
  const file = openSync(path, "r");
  try {
    const { size } = fstatSync(file);
    if (size < TRAILER_LENGTH) return false;
    const end = Buffer.alloc(MAGIC.length);
    readSync(file, end, 0, end.length, size - end.length);
    return end.toString("latin1") === MAGIC;
  } finally {
    closeSync(file);
  }
}

/** @returns Whether the bytes end with a trailer. */
export function isSigned(bytes: Uint8Array): boolean {
  return bytes.length >= TRAILER_LENGTH &&
    Buffer.from(bytes.subarray(-MAGIC.length)).toString("latin1") === MAGIC;
}

/**
 * @param bytes A signed file.
 * @param publicKey The raw 32 bytes in base64. Any other form matches no signature.
 * @returns Whether this key made the signature.
 */
export function isSignedBy(bytes: Uint8Array, publicKey: string): boolean {
  const raw = Buffer.from(publicKey, "base64");
  if (raw.length !== 32 || raw.toString("base64") !== publicKey) return false;
  const key = createPublicKey({
    key: Buffer.concat([DER_PREFIX, raw]),
    format: "der",
    type: "spki",
  });
  const signature = bytes.subarray(-TRAILER_LENGTH, -MAGIC.length);
  return verify(null, bytes.subarray(0, -TRAILER_LENGTH), key, signature);
}

/**
 * Finds the first key that signed a file.
 *
 * @param keys Raw keys in base64.
 * @returns Its index, or -1. An unsigned file is not read.
 */
export function findSigner(path: string, keys: readonly string[]): number {
  if (keys.length === 0 || !hasTrailer(path)) return -1;
  const bytes = readFileSync(path);
  return keys.findIndex((key) => isSignedBy(bytes, key));
}
