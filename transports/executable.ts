/**
 * The program that the daemon sees as the caller. Looked up only to explain a failure, because it
 * reads a whole executable. Loads node: modules, which every runtime has, only then.
 *
 * @module
 */

import type { Executable } from "../src/errors/denied.ts";
import { runtime } from "../src/runtime.ts";

/** The part of `process` that is used here. */
interface NodeProcess {
  readonly execPath: string;
  getBuiltinModule(name: "node:fs"): typeof import("node:fs");
  getBuiltinModule(name: "node:crypto"): typeof import("node:crypto");
}

/** Programs that run anybody's scripts. */
const SHARED = /[\\/](?:deno|bun|bunx|node|nodejs)(?:\.exe)?$/i;
const CHUNK = 1024 * 1024;

const hashes = new Map<string, string | undefined>();

/**
 * Looks the calling program up.
 *
 * @param hash Whether to read and hash the whole file: 0.1 to 0.3 s for a runtime, once a process.
 * @returns `undefined` when this runtime cannot tell.
 */
export function identify(hash: boolean): Promise<Executable | undefined> {
  // Blocks for as long as it hashes. It happens once, on the way to an error.
  return Promise.resolve(identifySync(hash));
}

/** The same without a promise. */
export function identifySync(hash: boolean): Executable | undefined {
  const { process } = globalThis as unknown as { process?: NodeProcess };
  if (process === undefined) return undefined;
  const { path, replaced } = locate(process);
  const sha256 = hash && !replaced ? hashOf(process, path) : undefined;
  return {
    path,
    shared: SHARED.test(path),
    ...(sha256 !== undefined && { sha256 }),
    ...(replaced && { replaced }),
  };
}

/** Links resolved, as the kernel does it. */
function locate(process: NodeProcess): { path: string; replaced: boolean } {
  try {
    const fs = process.getBuiltinModule("node:fs");
    if (runtime.system !== "linux") {
      return { path: fs.realpathSync(process.execPath), replaced: false };
    }
    const path = fs.readlinkSync("/proc/self/exe");
    // proc(5): what the kernel appends when the file is gone.
    const replaced = path.endsWith(" (deleted)");
    return { path: replaced ? path.slice(0, -" (deleted)".length) : path, replaced };
  } catch {
    // Not permitted to look; the runtime's own word is good enough for a message.
    return { path: process.execPath, replaced: false };
  }
}

function hashOf(process: NodeProcess, path: string): string | undefined {
  if (!hashes.has(path)) hashes.set(path, sha256(process, path));
  return hashes.get(path);
}

function sha256(process: NodeProcess, path: string): string | undefined {
  try {
    const fs = process.getBuiltinModule("node:fs");
    const digest = process.getBuiltinModule("node:crypto").createHash("sha256");
    const file = fs.openSync(path, "r");
    try {
      const chunk = new Uint8Array(CHUNK);
      for (let count = fs.readSync(file, chunk); count > 0; count = fs.readSync(file, chunk)) {
        digest.update(chunk.subarray(0, count));
      }
    } finally {
      fs.closeSync(file);
    }
    return digest.digest("hex");
  } catch {
    return undefined;
  }
}
