/**
 * Whether to trust the process at the other end.
 *
 * @module
 */

import type { SystemServices } from "../system.ts";
import type { PeerCredentials, Trust } from "../transport.ts";
import { SYSTEM_FOLDER } from "./endpoint.ts";

/** Which users' sockets to trust. */
export interface PeerOptions {
  /**
   * User ids to trust in addition to root, the caller's own, and the owner of the daemon's system
   * folder `/run/keychain-auth`.
   */
  readonly uids?: readonly number[];
  /** `false` trusts every socket. Default: `true`. */
  readonly check?: boolean;
  /**
   * `"kernel"` refuses every connection whose listener the kernel does not report: those of the
   * transports deno and node, which know only the owner of the socket's file, and those on Windows,
   * where the user is unknown. Default: the owner of the file is enough.
   */
  readonly require?: "kernel";
}

/**
 * Whether a request may be sent. Where the user is unknown there is nothing to check: on Windows,
 * and for a custom transport.
 *
 * @param peer Who listens.
 * @param system Tells who we are.
 * @param options Whom to trust.
 */
export function trusts(
  peer: PeerCredentials | undefined,
  system: SystemServices,
  { uids = [], check = true, require: source }: PeerOptions,
): boolean {
  const uid = peer?.uid;
  if (source !== undefined && uid === undefined) return false;
  if (!check || uid === undefined || uid === 0 || uids.includes(uid)) return true;
  return uid === system.uid() || uid === system.ownerOf(SYSTEM_FOLDER);
}

/**
 * The same for transports that look at files.
 *
 * @param system Tells who we are.
 * @param options Whom to trust.
 */
export function trustOf(system: SystemServices, options: PeerOptions): Trust {
  return {
    check: options.check !== false,
    has: (uid) => trusts({ uid }, system, options),
  };
}
