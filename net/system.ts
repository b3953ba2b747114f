/**
 * The services of the operating system through the runtime's own modules.
 *
 * @module
 */

import { builtin, userId } from "../src/runtime.ts";
import type { SystemServices } from "../src/system.ts";
import { mayRead, statusOf } from "./file_status.ts";

const CHUNK = 1024 * 1024;

type FileSystem = typeof import("node:fs");

/** What the runtime's own modules can tell. */
export const runtimeSystem: SystemServices = {
  uid: userId,
  ownerOf,
  // Checked first, because Deno would prompt.
  readFile: (path) => mayRead(path) ? readFile(path) : undefined,
};

function ownerOf(path: string): number | undefined {
  if (!mayRead(path)) return undefined;
  try {
    return statusOf(path).uid;
  } catch {
    return undefined;
  }
}

function* readFile(path: string): Generator<Uint8Array> {
  const fs = builtin<FileSystem>("node:fs")!;
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
