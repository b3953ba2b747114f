/**
 * Who listens on a connected Unix socket, as the kernel says.
 *
 * @module
 */

import { type PeerCredentials, SystemCallError } from "../../src/transport.ts";
import type { PosixCalls } from "./calls.ts";
import { LOCAL_PEERPID, SO_PEERCRED, SOL_LOCAL } from "./constants.ts";
import { callError, UNKNOWN } from "./errors.ts";
import { int32, uint32At } from "./layout.ts";

/** @throws {SystemCallError} When the kernel does not say: nobody is trusted unseen. */
export function peerOf(calls: PosixCalls, fd: number): PeerCredentials {
  return calls.constants.system === "linux" ? linuxPeer(calls, fd) : darwinPeer(calls, fd);
}

function linuxPeer(calls: PosixCalls, fd: number): PeerCredentials {
  const ucred = new Uint8Array(12);
  const length = int32(ucred.length);
  if (calls.getsockopt(fd, calls.constants.SOL_SOCKET, SO_PEERCRED, ucred, length) !== 0) {
    throw callError(calls, "getsockopt");
  }
  if (uint32At(length, 0) !== ucred.length) throw new SystemCallError("getsockopt", UNKNOWN);
  return { pid: uint32At(ucred, 0), uid: uint32At(ucred, 4), gid: uint32At(ucred, 8) };
}

function darwinPeer(calls: PosixCalls, fd: number): PeerCredentials {
  const uid = new Uint8Array(4);
  const gid = new Uint8Array(4);
  if (calls.getpeereid?.(fd, uid, gid) !== 0) throw callError(calls, "getpeereid");
  const pid = new Uint8Array(4);
  const known = calls.getsockopt(fd, SOL_LOCAL, LOCAL_PEERPID, pid, int32(4)) === 0;
  return {
    ...(known && { pid: uint32At(pid, 0) }),
    uid: uint32At(uid, 0),
    gid: uint32At(gid, 0),
  };
}
