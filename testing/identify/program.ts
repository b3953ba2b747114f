/** The program that a process runs: the path that the kernel reports, and the hash of that file. */
import { createHash } from "node:crypto";
import { open, readFile, readlink, stat } from "node:fs/promises";

const CHUNK = 1024 * 1024;

/** The identity of a caller. */
export interface CallingProgram {
  readonly pid: number;
  /** Links resolved. */
  readonly path: string;
  /** `sha256:` and 64 hexadecimal digits. */
  readonly hash: string;
}

/**
 * Identifies a running process.
 *
 * @throws {Error} When the process has ended or belongs to another user, or its file was replaced
 * or deleted: the kernel then reports a path that does not exist.
 */
export async function programOf(pid: number): Promise<CallingProgram> {
  const path = await readlink(`/proc/${pid}/exe`);
  return { pid, path, hash: await hashFile(path) };
}

/**
 * Hashes a whole file, piece by piece.
 *
 * @throws {Error} When it is a device or a pipe, which may have no end.
 */
export async function hashFile(path: string): Promise<string> {
  const status = await stat(path);
  if (!status.isFile() && !status.isDirectory()) throw new Error("it is not a regular file");
  const digest = createHash("sha256");
  const file = await open(path);
  try {
    const chunk = new Uint8Array(CHUNK);
    for (;;) {
      const { bytesRead } = await file.read(chunk, 0, CHUNK, null);
      if (bytesRead === 0) return `sha256:${digest.digest("hex")}`;
      digest.update(chunk.subarray(0, bytesRead));
    }
  } finally {
    await file.close();
  }
}

/** @returns The command line of a process; empty when it cannot be read. */
export async function commandLineOf(pid: number): Promise<string[]> {
  try {
    const text = await readFile(`/proc/${pid}/cmdline`, "utf8");
    return text.replace(/\0$/, "").split("\0");
  } catch {
    return [];
  }
}
