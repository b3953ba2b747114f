/**
 * The program that the daemon sees as the caller. Looked up only to explain a failure, because it
 * reads a whole executable. Loads node: modules, which every runtime has, only then.
 *
 * @module
 */

import type { Executable } from "../src/errors/denied.ts";
import { runtime } from "../src/runtime.ts";
import type { Transport } from "../src/transport.ts";

/** The part of `process` that is used here. */
interface NodeProcess {
  readonly execPath: string;
  getBuiltinModule(name: "node:fs"): typeof import("node:fs");
  getBuiltinModule(name: "node:crypto"): typeof import("node:crypto");
}

interface DenoGlobal {
  execPath(): string;
  permissions: { querySync(descriptor: { name: "read"; path: string }): { state: string } };
}

/** Programs that run anybody's scripts. */
const SHARED = /[\\/](?:deno|bun|bunx|node|nodejs)(?:\.exe)?$/i;
/** proc(5): what the kernel appends to the path when the file is gone. */
const DELETED = " (deleted)";
const CHUNK = 1024 * 1024;

/** Of this process's executable, which cannot change without being another file. */
let hash: string | undefined;

/**
 * Looks the calling program up.
 *
 * @param hashed Whether to read and hash the whole file: 0.1 to 0.3 s for a runtime, once a process.
 * The event loop runs in between.
 * @param transport Reads the file where the runtime's own permissions do not allow it.
 * @returns `undefined` when this runtime cannot tell.
 */
export async function identify(
  hashed: boolean,
  transport?: Transport,
): Promise<Executable | undefined> {
  const steps = look(hashed, transport);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}

/** The same without a promise. */
export function identifySync(hashed: boolean, transport?: Transport): Executable | undefined {
  const steps = look(hashed, transport);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

function* look(hashed: boolean, transport?: Transport): Generator<void, Executable | undefined> {
  const { process } = globalThis as unknown as { process?: NodeProcess };
  if (process === undefined) return undefined;
  const found = locate(process);
  const replaced = found.endsWith(DELETED);
  const path = replaced ? found.slice(0, -DELETED.length) : found;
  if (hashed && !replaced && hash === undefined) {
    try {
      hash = yield* sha256(process, path, transport);
    } catch {
      // Not to be read; the path alone is good enough for a message.
    }
  }
  return {
    path,
    shared: SHARED.test(path),
    ...(hashed && !replaced && hash !== undefined && { sha256: hash }),
    ...(replaced && { replaced }),
  };
}

/** Links resolved, as the kernel does it. */
function locate(process: NodeProcess): string {
  try {
    // Asks the kernel each time, which its process.execPath does not, and needs no permission.
    const { Deno } = globalThis as unknown as { Deno?: DenoGlobal };
    if (Deno !== undefined) return Deno.execPath();
    const fs = process.getBuiltinModule("node:fs");
    if (runtime.system === "linux") return fs.readlinkSync("/proc/self/exe");
    return fs.realpathSync(process.execPath);
  } catch {
    // Node's permission model forbids it.
    return process.execPath;
  }
}

function* sha256(
  process: NodeProcess,
  path: string,
  transport: Transport | undefined,
): Generator<void, string> {
  const digest = process.getBuiltinModule("node:crypto").createHash("sha256");
  const chunks = mayRead(path) ? readFile(process, path) : transport?.readFile?.(path);
  if (chunks === undefined) throw new Error("Not permitted to read it");
  for (const chunk of chunks) {
    digest.update(chunk);
    yield;
  }
  return digest.digest("hex");
}

/** Asked first, because Deno prompts otherwise. */
function mayRead(path: string): boolean {
  const { Deno } = globalThis as unknown as { Deno?: DenoGlobal };
  return Deno === undefined ||
    Deno.permissions.querySync({ name: "read", path }).state === "granted";
}

function* readFile(process: NodeProcess, path: string): Generator<Uint8Array> {
  const fs = process.getBuiltinModule("node:fs");
  const file = fs.openSync(path, "r");
  try {
    const chunk = new Uint8Array(CHUNK);
    for (let count = fs.readSync(file, chunk); count > 0; count = fs.readSync(file, chunk)) {
      yield chunk.subarray(0, count);
    }
  } finally {
    fs.closeSync(file);
  }
}
