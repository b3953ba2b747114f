/**
 * Ed25519 keys: private ones in PEM (PKCS #8), as OpenSSL writes them, and public ones in the
 * daemon's form, the raw 32 bytes in base64.
 *
 * @module
 */

import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from "node:crypto";
import { closeSync, existsSync, openSync, statSync, writeFileSync } from "node:fs";
import process from "node:process";
import type { Context } from "../context.ts";
import { CommandError, EXIT, usageError } from "../exit_codes.ts";
import { readStdin, readText } from "../files.ts";
import { systemReason } from "../system_reason.ts";

/** The longest key that is read from stdin, in bytes. */
const MOST = 64 * 1024;

/** @returns The public key for `trusted_signers`. */
export function publicKeyOf(key: KeyObject): string {
  const der = createPublicKey(key).export({ format: "der", type: "spki" });
  return der.subarray(-32).toString("base64");
}

/**
 * Creates a key and writes it to a new file that only its owner may read.
 *
 * @returns Undefined when the file already exists; it is not changed.
 */
export function createKeyFile(path: string): KeyObject | undefined {
  if (existsSync(path)) return undefined;
  const { privateKey } = generateKeyPairSync("ed25519");
  try {
    const file = openSync(path, "wx", 0o600);
    try {
      writeFileSync(file, privateKey.export({ format: "pem", type: "pkcs8" }));
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw new CommandError(
      EXIT.failed,
      `Cannot write ${JSON.stringify(path)}: ${systemReason(error)}`,
    );
  }
  return privateKey;
}

/**
 * Reads a private key.
 *
 * @param path Of a PEM file, or `-` for stdin.
 * @throws {CommandError} When it is not a private key. Never quotes it.
 */
export async function readPrivateKey(context: Context, path: string): Promise<KeyObject> {
  const what = path === "-" ? "stdin" : JSON.stringify(path);
  const pem = path === "-"
    ? new TextDecoder().decode(await readStdin(context, MOST))
    : readText(context, path);
  if (path !== "-" && process.platform !== "win32" && (statSync(path).mode & 0o077) !== 0) {
    context.say({}, `Others may read the private key: chmod 600 ${path}`);
  }
  if (/ENCRYPTED/.test(pem)) {
    throw usageError(
      `The private key in ${what} is encrypted. To decrypt it while signing: ` +
        "openssl pkey -in FILE | kca sign --key - PROGRAM",
    );
  }
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    throw usageError(`${what} contains no private key in PEM format. Make one with kca keygen`);
  }
  if (key.asymmetricKeyType === "ed25519") return key;
  throw usageError(`The private key in ${what} is not an Ed25519 key. Make one with kca keygen`);
}
