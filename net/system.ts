/**
 * The services of the operating system through the runtime's own modules.
 *
 * @module
 */

import { SYSTEM_FOLDER } from "../src/client/endpoint.ts";
import { builtin, deno, granted, nodePermits, runtime, userId } from "../src/runtime.ts";
import type { SystemServices } from "../src/system.ts";
import type { PeerCredentials } from "../src/transport.ts";

type FileSystem = typeof import("node:fs");

/** What the runtime's own modules can tell. */
export const runtimeSystem: SystemServices = {
  uid: userId,
  ownerOf: (path) => ownerOf(path)?.uid,
};

/**
 * Sockets of the runtime cannot ask the kernel who listens; the owner of the socket's file comes
 * closest. Links are followed: anybody's link may lead to a stranger's socket.
 *
 * @returns `undefined` where the owner, or the caller, cannot be determined.
 */
export function listenerOf(endpoint: string): PeerCredentials | undefined {
  if (runtime.system === "windows" || userId() === undefined) return undefined;
  // A daemon of the whole system is known by the owner of its folder.
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

/** Whether a path may be looked at. Asked first, because Deno prompts otherwise. */
export function mayRead(path: string): boolean {
  return granted({ name: "read", path }) && nodePermits("fs.read", path);
}
