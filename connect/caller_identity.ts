/**
 * The program that the daemon sees as the caller. Looked up only to explain a failure, because that
 * reads the whole executable.
 *
 * @module
 */

import type { Executable } from "../src/errors/denied.ts";
import { nextTurn } from "../src/clock.ts";
import { builtin, deno, execPath, runtime } from "../src/runtime.ts";
import { type Files, piecesOf } from "../src/files.ts";
import { isSharedRuntime } from "./shared_runtime.ts";

/** File names of runtimes, for a file that cannot be read. */
const SHARED = /[\\/](?:deno|bunx?|node(?:js)?)[\d._-]*(?:canary|debug|profile)?(?:\.exe)?$/i;
/** proc(5): what the kernel appends to the path of a deleted file. */
const DELETED = " (deleted)";

/**
 * Facts from the content of this process's executable. They cannot change: other content is another
 * file.
 */
let content: Pick<Executable, "sha256" | "shared"> | undefined;

/** Takes all steps, and lets the event loop run between two of them. */
export async function inTurns<T>(steps: Generator<void, T>): Promise<T> {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    await new Promise<void>((resolve) => nextTurn(resolve));
  }
}

/** Takes all steps at once. */
export function atOnce<T>(steps: Generator<void, T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/**
 * Looks up the calling program, in steps.
 *
 * @param read Whether to read the whole file, for its hash and its kind: 0.1 to 0.3 s for a runtime,
 * once a process.
 * @param files Reads it.
 */
export function* identify(read: boolean, files: Files): Generator<void, Executable> {
  const found = locate();
  const replaced = found.endsWith(DELETED);
  const path = replaced ? found.slice(0, -DELETED.length) : found;
  if (replaced) return { path, shared: SHARED.test(path), replaced };
  if (read && content === undefined) {
    try {
      content = yield* readContent(path, files);
    } catch {
      // The file cannot be read. The path alone is good enough for a message.
    }
  }
  return { path, shared: SHARED.test(path), ...content };
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

function* readContent(path: string, files: Files): Generator<void, typeof content> {
  const file = files.open(path);
  if (file === undefined) return undefined;
  try {
    const shared = isSharedRuntime(file);
    const digest = builtin<typeof import("node:crypto")>("node:crypto")!.createHash("sha256");
    for (const piece of piecesOf(file)) {
      digest.update(piece);
      yield;
    }
    return { sha256: digest.digest("hex"), shared };
  } finally {
    file.close();
  }
}
