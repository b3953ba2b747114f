/**
 * A program as the daemon sees it: its real path and the hash of the whole file.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { closeSync, fstatSync, openSync, readSync, realpathSync, statSync } from "node:fs";
import process from "node:process";
import {
  type ExecutableFile,
  type ProgramKind,
  recognizeProgram,
} from "../../connect/shared_runtime.ts";
import { hashFile } from "../../testing/identify/program.ts";
import { usageError } from "../exit_codes.ts";
import { systemReason } from "../system_reason.ts";

/** A program's identity. */
export interface ProgramIdentity {
  /** Links resolved. */
  readonly path: string;
  /** In hexadecimal. */
  readonly sha256: string;
  readonly program: ProgramKind | { readonly kind: "script" };
}

/** @returns The path of this process's executable, as the kernel reports it. */
export function ownExecutable(): string {
  return process.platform === "linux" ? "/proc/self/exe" : process.execPath;
}

/** @throws {CommandError} When there is no such file, or it is a device, which may have no end. */
export function realPathOf(file: string): string {
  return reading(file, () => {
    const path = realpathSync(file);
    const status = statSync(path);
    if (status.isFile() || status.isDirectory()) return path;
    throw Object.assign(new Error(), { code: "it is not a regular file" });
  });
}

/**
 * Runs a function that reads a program. @throws {CommandError} When it fails, with the program's
 * name as typed.
 */
export function reading<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw cannotRead(file, error);
  }
}

/** Identifies a program without running it. @throws {CommandError} When it cannot be read. */
export async function identifyProgram(file: string): Promise<ProgramIdentity> {
  const path = realPathOf(file);
  try {
    const program = recognizeFile(path);
    const sha256 = (await hashFile(path)).replace("sha256:", "");
    return { path, sha256, program };
  } catch (error) {
    throw cannotRead(file, error);
  }
}

/** Finds out what a file is, from its content. */
export function recognizeFile(path: string): ProgramIdentity["program"] {
  const descriptor = openSync(path, "r");
  try {
    const file: ExecutableFile = {
      size: fstatSync(descriptor).size,
      readAt(offset, length) {
        const bytes = new Uint8Array(length);
        return bytes.subarray(0, readSync(descriptor, bytes, 0, length, offset));
      },
    };
    return isExecutable(file.readAt(0, 4)) ? recognizeProgram(file) : { kind: "script" };
  } finally {
    closeSync(descriptor);
  }
}

/** Whether the first bytes are those of a program of Linux, macOS or Windows. */
function isExecutable(start: Uint8Array): boolean {
  return /^(?:7f454c46|cffaedfe|cafebabe|4d5a)/.test(Buffer.from(start).toString("hex"));
}

/** @returns The kind of a program, in words. */
export function describeProgram(program: ProgramIdentity["program"]): string {
  switch (program.kind) {
    case "script":
      return "not a program by itself: the daemon sees the program that runs it";
    case "runtime":
      return `shared runtime (${program.runtime}): approving it approves every script that it runs`;
    case "compiled":
      return {
        bun: "compiled by bun build --compile",
        deno: "compiled by deno compile",
        node: "single executable of Node",
      }[program.runtime];
    default:
      return "another program";
  }
}

function cannotRead(file: string, error: unknown): Error {
  return usageError(`Cannot read ${JSON.stringify(file)}: ${systemReason(error)}`);
}
