/**
 * Whether the process at the other end may be told anything.
 *
 * @module
 */

import { SYSTEM_FOLDER } from "./endpoint.ts";
import { UntrustedPeerError } from "../errors/unavailable.ts";
import type { PeerCredentials, Transport } from "../transport.ts";

/** Which owners of a Unix socket are trusted. */
export interface PeerOptions {
  /**
   * User ids that are trusted besides root, the caller's own, and the owner of the daemon's system
   * folder `/run/keychain-auth`.
   */
  readonly uids?: readonly number[];
  /** `false` trusts whoever listens. Default: `true`. */
  readonly check?: boolean;
}

/**
 * Refuses a stranger, before a request is sent. Where the transport has no way to tell who listens,
 * as on Windows, there is nothing to check; one that has a way and got no answer does not connect.
 *
 * @param peer Who listens.
 * @param own The caller's own user id.
 * @throws {UntrustedPeerError} When it is a stranger.
 */
export function checkPeer(
  endpoint: string,
  peer: PeerCredentials | undefined,
  transport: Transport,
  { uids = [], check = true }: PeerOptions = {},
): void {
  const uid = peer?.uid;
  if (!check || uid === undefined || uid === 0 || uids.includes(uid)) return;
  if (uid === transport.uid?.() || uid === transport.ownerOf?.(SYSTEM_FOLDER)) return;
  throw new UntrustedPeerError(endpoint, uid);
}
