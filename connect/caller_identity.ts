/**
 * The program that the daemon sees as the caller. Looked up only to explain a failure, because that
 * reads a whole executable.
 *
 * @module
 */

import type { Executable } from "../src/errors/denied.ts";
import { nextTurn } from "../src/clock.ts";
import { builtin, deno, execPath, runtime } from "../src/runtime.ts";
import type { SystemServices } from "../src/system.ts";

/** The names of programs that run any script. */
const SHARED = /[\\/](?:deno|bun|bunx|node|nodejs)(?:\.exe)?$/i;
/** proc(5): what the kernel appends to the path of a deleted file. */
const DELETED = " (deleted)";

/** The hash of this process's executable, which cannot change without being another file. */
let hash: string | undefined;

/**
 * Looks up the calling program.
 *
 * @param hashed Whether to read and hash the whole file: 0.1 to 0.3 s for a runtime, once a process.
 * The event loop runs in between.
 * @param system Reads the file.
 */
export async function identify(hashed: boolean, system: SystemServices): Promise<Executable> {
  const steps = look(hashed, system);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    await new Promise<void>((resolve) => nextTurn(resolve));
  }
}

/** Looks up the calling program without a promise. */
export function identifySync(hashed: boolean, system: SystemServices): Executable {
  const steps = look(hashed, system);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

function* look(hashed: boolean, system: SystemServices): Generator<void, Executable> {
  const found = locate();
  const replaced = found.endsWith(DELETED);
  const path = replaced ? found.slice(0, -DELETED.length) : found;
  if (hashed && !replaced && hash === undefined) {
    try {
      hash = yield* sha256(path, system);
    } catch {
      // The file cannot be read. The path alone is good enough for a message.
    }
  }
  return {
    path,
    shared: SHARED.test(path),
    ...(hashed && !replaced && hash !== undefined && { sha256: hash }),
    ...(replaced && { replaced }),
  };
}

/** The path with links resolved, as the kernel does it. */
function locate(): string {
  // Deno asks the kernel each time, and needs no permission for it.
  if (deno !== undefined) return deno.execPath();
  const path = execPath();
  try {
    const fs = builtin<typeof import("node:fs")>("node:fs")!;
    return runtime.system === "linux" ? fs.readlinkSync("/proc/self/exe") : fs.realpathSync(path);
  } catch {
    // Node's permission model forbids it.
    return path;
  }
}

function* sha256(path: string, system: SystemServices): Generator<void, string | undefined> {
  const chunks = system.readFile(path);
  if (chunks === undefined) return undefined;
  const digest = builtin<typeof import("node:crypto")>("node:crypto")!.createHash("sha256");
  for (const chunk of chunks) {
    digest.update(chunk);
    yield;
  }
  return digest.digest("hex");
}
