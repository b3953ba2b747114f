/**
 * Whether to trust the process at the other end.
 *
 * @module
 */

import type { SystemServices } from "../system.ts";
import type { PeerCredentials } from "../transport.ts";
import { SYSTEM_FOLDER } from "./endpoint.ts";

/** Which users' sockets to trust. */
export interface PeerOptions {
  /**
   * User ids to trust besides root, the caller's own, and the owner of the daemon's system folder
   * `/run/keychain-auth`.
   */
  readonly uids?: readonly number[];
  /** `false` trusts every socket. Default: `true`. */
  readonly check?: boolean;
}

/**
 * Whether a request may be sent. On Windows no transport can tell who listens, so there is nothing
 * to check.
 *
 * @param peer Who listens.
 * @param system Tells who we are.
 * @param options Whom to trust.
 */
export function trusts(
  peer: PeerCredentials | undefined,
  system: SystemServices,
  { uids = [], check = true }: PeerOptions,
): boolean {
  const uid = peer?.uid;
  if (!check || uid === undefined || uid === 0 || uids.includes(uid)) return true;
  return uid === system.uid() || uid === system.ownerOf(SYSTEM_FOLDER);
}
