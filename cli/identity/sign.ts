/**
 * Signs a program: the daemon verifies an Ed25519 signature of all bytes before the last 68.
 *
 * @module
 */

import { type KeyObject, sign } from "node:crypto";
import { Buffer } from "node:buffer";
import { randomUUID } from "node:crypto";
import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  copyFileSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { isSigned, isSignedBy, MAGIC, TRAILER_LENGTH } from "../../testing/identify/signature.ts";
import { CommandError, EXIT, usageError } from "../exit_codes.ts";
import { publicKeyOf } from "./key.ts";
import { reading, realPathOf, recognizeFile } from "./program.ts";
import { systemReason } from "../system_reason.ts";

/**
 * Signs a program in place, or replaces the signature that it has. Its permissions stay, and
 * processes that already run it continue with the older file.
 *
 * @returns Whether the file was changed; false when this key has already signed it.
 * @throws {CommandError} When it is not a separate program, or cannot be written.
 */
export function signProgram(file: string, key: KeyObject): boolean {
  const path = realPathOf(file);
  const bytes = reading(file, () => readFileSync(path));
  refuseOthers(file, path);
  if (isSigned(bytes) && isSignedBy(bytes, publicKeyOf(key))) return false;
  const program = isSigned(bytes) ? bytes.subarray(0, -TRAILER_LENGTH) : bytes;
  const trailer = Buffer.concat([sign(null, program, key), Buffer.from(MAGIC)]);
  try {
    replaceEnd(path, program.length, trailer);
  } catch (error) {
    throw new CommandError(
      EXIT.failed,
      `Cannot write ${JSON.stringify(file)}: ${systemReason(error)}`,
    );
  }
  return true;
}

function refuseOthers(file: string, path: string): void {
  const program = recognizeFile(path);
  const name = JSON.stringify(file);
  if (program.kind === "runtime") {
    throw usageError(
      `${name} is a shared runtime (${program.runtime}): signing it approves every script ` +
        "that it runs. Compile your script into a separate program and sign that",
    );
  }
  if (program.kind === "script") {
    throw usageError(
      `${name} is not a compiled program: the daemon would see the program that runs it`,
    );
  }
  if (program.kind === "compiled" && program.atEnd) {
    throw usageError(
      `${name} would no longer run: it finds its script from the end of the file, where the ` +
        `signature goes. Compile it with a newer ${program.runtime}`,
    );
  }
}

/** Replaces a file by a copy with another end, in one step. */
function replaceEnd(path: string, length: number, end: Uint8Array): void {
  const { mode, uid, gid } = statSync(path);
  const fresh = join(dirname(path), `.${basename(path).slice(0, 64)}.${randomUUID()}`);
  try {
    copyFileSync(path, fresh, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    chmodSync(fresh, 0o600);
    const copy = openSync(fresh, "r+");
    try {
      ftruncateSync(copy, length);
      writeSync(copy, end, 0, end.length, length);
    } finally {
      closeSync(copy);
    }
    giveTo(fresh, uid, gid);
    chmodSync(fresh, mode & 0o7777);
    renameSync(fresh, path);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  }
}

/** A file that root signs keeps its owner. */
function giveTo(path: string, uid: number, gid: number): void {
  const own = statSync(path);
  if (own.uid !== uid || own.gid !== gid) chownSync(path, uid, gid);
}
