/**
 * The services of the operating system through the runtime's own modules.
 *
 * @module
 */

import { SYSTEM_FOLDER } from "../src/client/endpoint.ts";
import { builtin, deno, granted, nodePermits, runtime, userId } from "../src/runtime.ts";
import type { SystemServices } from "../src/system.ts";
import type { PeerCredentials } from "../src/transport.ts";

const CHUNK = 1024 * 1024;

type FileSystem = typeof import("node:fs");

/** What the runtime's own modules can tell. */
export const runtimeSystem: SystemServices = {
  uid: userId,
  ownerOf: (path) => ownerOf(path)?.uid,
  // Checked first, because Deno would prompt.
  readFile: (path) => mayRead(path) ? readFile(path) : undefined,
};

/**
 * Who listens, as far as it can be told: the runtime's sockets cannot ask the kernel, so the owner of
 * the socket's file counts. Links are followed, because a link may lead to another user's socket.
 *
 * @returns `undefined` where the owner, or the caller, cannot be determined.
 */
export function listenerOf(endpoint: string): PeerCredentials | undefined {
  if (runtime.system === "windows" || userId() === undefined) return undefined;
  // A daemon of the whole system is recognised by the owner of its folder.
  if (endpoint.startsWith(SYSTEM_FOLDER) && !mayRead(SYSTEM_FOLDER)) return undefined;
  return ownerOf(endpoint);
}

function ownerOf(path: string): { uid: number; gid: number } | undefined {
  if (!mayRead(path)) return undefined;
  try {
    const { uid, gid } = deno?.statSync(path) ?? builtin<FileSystem>("node:fs")!.statSync(path);
    return uid === null || gid === null ? undefined : { uid, gid };
  } catch {
    return undefined;
  }
}

function mayRead(path: string): boolean {
  return granted({ name: "read", path }) && nodePermits("fs.read", path);
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
