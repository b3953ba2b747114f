/**
 * What a client can be told when it is made.
 *
 * @module
 */

import { checkSignal } from "./budget.ts";
import { checkTimeout } from "../deadline.ts";
import { InvalidRequestError } from "../errors/request.ts";
import { MAX_REPLY } from "../protocol/lines.ts";
import type { PeerOptions } from "./peer.ts";
import { CONNECT_TIMEOUT } from "../protocol/allowances.ts";
import type { Transport } from "../transport.ts";

/** Options of both clients. */
export interface ClientOptions {
  /**
   * Socket path, or pipe name on Windows. Default: `KEYCHAIN_AUTH_SOCKET`, else where the daemon
   * listens by its own rule.
   */
  readonly endpoint?: string;
  /**
   * How to get there: `"ffi"` (direct system calls), `"node"` (node:net), a transport of your own,
   * or `"auto"`: ffi where the runtime has it and it is permitted already, else node.
   * Default: `"auto"`.
   */
  readonly transport?: "auto" | "ffi" | "node" | Transport;
  /**
   * Milliseconds for every call, above 0 and at most 2,147,483,647. Default: an allowance that fits
   * each request, from 5 s for one exact read to 5 min for a prefix delete.
   */
  readonly timeout?: number;
  /** Milliseconds for connecting, above 0. Default: 10,000. */
  readonly connectTimeout?: number;
  /**
   * Whose socket is trusted. Default: root's, the caller's own, the daemon's system user's; anybody's
   * where that cannot be told: on Windows, and through node:net on Deno without `--allow-sys=uid`.
   */
  readonly peer?: PeerOptions;
  /** The longest reply in bytes that is taken. Default: 67,108,864 (64 MiB). */
  readonly maxReply?: number;
}

/** Options of {@linkcode connect}. */
export interface ConnectOptions extends ClientOptions {
  /** Aborts connecting, which then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /**
   * Keeps an idle connection open by asking the daemon something every 20 s. Without it the daemon
   * closes after 30 s and the next call connects again. Every ping is a record in the daemon's
   * audit log. Default: `false`.
   */
  readonly keepAlive?: boolean;
}

/** Options with the defaults filled in. */
export interface Settings {
  readonly timeout: number | undefined;
  readonly connectTimeout: number;
  readonly peer: PeerOptions;
  readonly maxReply: number;
  readonly keepAlive: boolean;
}

/** @throws {InvalidRequestError} When these are no options. */
export function checkOptions(options: unknown): void {
  if (typeof options !== "object" || options === null) {
    throw new InvalidRequestError("options", "it is not an object");
  }
}

/**
 * @throws {RangeError} When a number is out of range.
 * @throws {InvalidRequestError} When `peer` or `signal` is not of its form.
 */
export function settingsOf(options: ConnectOptions): Settings {
  const { timeout, connectTimeout = CONNECT_TIMEOUT, peer = {}, maxReply = MAX_REPLY } = options;
  if (timeout !== undefined) checkTimeout(timeout);
  checkTimeout(connectTimeout, "connectTimeout");
  if (!Number.isSafeInteger(maxReply) || maxReply < 1) {
    throw new RangeError(`maxReply must be a whole number of bytes above 0, got ${maxReply}`);
  }
  if (typeof peer !== "object" || peer === null) {
    throw new InvalidRequestError("peer", "it is not an object");
  }
  const { uids = [] } = peer;
  if (!Array.isArray(uids) || !uids.every((uid) => Number.isInteger(uid) && uid >= 0)) {
    throw new InvalidRequestError("peer.uids", "it is no list of user ids");
  }
  checkSignal(options.signal);
  return { timeout, connectTimeout, peer, maxReply, keepAlive: options.keepAlive ?? false };
}
