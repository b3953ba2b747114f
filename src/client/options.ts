/**
 * The options of clients and calls.
 *
 * @module
 */

import { Deadline } from "../clock.ts";
import { InvalidRequestError } from "../errors/request.ts";
import { CONNECT_TIMEOUT } from "../protocol/allowances.ts";
import { MAX_REPLY } from "../protocol/lines.ts";
import type { Transport } from "../transport.ts";
import type { AbortSignalLike } from "./abort.ts";
import type { PeerOptions } from "./peer.ts";
import { type Abort, abortOf } from "./abort.ts";
import { checkObject, checkTimeout } from "./validate.ts";

/** Options of {@linkcode connectSync}, and of {@linkcode connect}. */
export interface ConnectSyncOptions {
  /**
   * The socket path, or the pipe name on Windows. Default: `KEYCHAIN_AUTH_SOCKET`, else the place
   * where the daemon listens by default.
   */
  readonly endpoint?: string;
  /**
   * The way to the daemon: `"ffi"` (direct system calls), `"deno"` (`Deno.connect`), `"node"`
   * (node:net), a transport of your own, or `"auto"`: the first of these that the runtime has and
   * permits without a prompt. Default: `"auto"`.
   */
  readonly transport?: "auto" | "ffi" | "deno" | "node" | Transport;
  /**
   * Milliseconds for each call, above 0 and at most 2,147,483,647. Default: an allowance that fits
   * the request, from 5 s for one exact read to 5 min for a prefix delete.
   */
  readonly timeout?: number;
  /** Milliseconds for connecting, above 0. Default: 10,000. */
  readonly connectTimeout?: number;
  /**
   * Which users' sockets to trust. Default: root's, the caller's own, and those of the daemon's
   * system user. The transport ffi asks the kernel who listens. The transports deno and node look at
   * the owner of the socket's file, and refuse a socket that another user could have put there. On
   * Windows the user is not known, and any pipe is trusted.
   */
  readonly peer?: PeerOptions;
  /** The longest reply to accept, in bytes. Default: 33,554,432 (32 MiB). */
  readonly maxReply?: number;
}

/** Options of {@linkcode connect}. */
export interface ConnectOptions extends ConnectSyncOptions {
  /** Aborts connecting, which then rejects with the signal's reason. */
  readonly signal?: AbortSignalLike;
  /**
   * Keeps an idle connection open by a request every 20 s. Without it the daemon closes the
   * connection after 30 s and the next call connects again. The daemon records each of these
   * requests in its audit log. Default: `false`.
   */
  readonly keepAlive?: boolean;
  /**
   * Keeps other programs of the same user from reading this process's memory, on Linux with the
   * transport ffi: no `/proc/PID/mem`, no gdb, no core dump. SIGUSR1 still opens the inspector of
   * Node and Deno. A daemon of the same user could no
   * longer see who calls, so the process can be read while a connection is being opened, until the
   * daemon's first reply. It stays unreadable after `close()`. Every client of a process needs the
   * option, or its connections are refused. Default: `false`.
   */
  readonly undumpable?: boolean;
}

/** Options of every synchronous call. */
export interface CallSyncOptions {
  /**
   * Milliseconds for the whole call, above 0 and at most 2,147,483,647. Default: the client's
   * `timeout`, else an allowance that fits the request.
   */
  readonly timeout?: number;
}

/** Options of every asynchronous call. */
export interface CallOptions extends CallSyncOptions {
  /** Aborts the call, which then rejects with the signal's reason. */
  readonly signal?: AbortSignalLike;
}

/** Options of synchronous calls that can delete by prefix. */
export interface DeleteSyncOptions extends CallSyncOptions {
  /** Must be `true` to delete with an empty prefix, which means every secret of the service. */
  readonly all?: boolean;
}

/** Options of calls that can delete by prefix. */
export interface DeleteOptions extends CallOptions, DeleteSyncOptions {}

/** The options of a client with the defaults filled in. */
export interface Settings {
  readonly timeout: number | undefined;
  readonly connectTimeout: number;
  readonly peer: PeerOptions;
  readonly maxReply: number;
  readonly keepAlive: boolean;
  readonly undumpable: boolean;
}

/** The limits of one call. */
export interface Limits {
  /** The caller's deadline. Without one, each request has its own allowance. */
  readonly deadline?: Deadline | undefined;
  readonly abort?: Abort | undefined;
  /** True when the call has its own timeout or signal. */
  readonly own?: boolean;
}

/** The option that was probably meant, by the name that other libraries use for it. */
const MEANT: Readonly<Record<string, string>> = {
  socket: "endpoint",
  socketPath: "endpoint",
  path: "endpoint",
  address: "endpoint",
  timeoutMs: "timeout",
  abortSignal: "signal",
};

const SYNC_OPTIONS = [
  "endpoint",
  "transport",
  "timeout",
  "connectTimeout",
  "peer",
  "maxReply",
];

/**
 * Checks the options of a client.
 *
 * @param options What the caller gave.
 * @param sync Whether for a client without promises.
 * @throws {InvalidRequestError} Naming the option at fault.
 */
export function settingsOf(options: ConnectOptions, sync = false): Settings {
  checkNames(options, sync ? SYNC_OPTIONS : [...SYNC_OPTIONS, "signal", "keepAlive", "undumpable"]);
  const { timeout, connectTimeout = CONNECT_TIMEOUT, peer = {}, maxReply = MAX_REPLY } = options;
  if (timeout !== undefined) checkTimeout(timeout, "timeout");
  checkTimeout(connectTimeout, "connectTimeout");
  if (!Number.isSafeInteger(maxReply) || maxReply < 1) {
    throw new InvalidRequestError("maxReply", "expected a whole number of bytes above 0");
  }
  checkObject(peer, "peer");
  checkNames(peer, ["uids", "check", "require"], "peer.");
  const { uids = [], check = true, require: source } = peer;
  const users = userIds(uids);
  if (source !== undefined && source !== "kernel") {
    throw new InvalidRequestError("peer.require", 'expected "kernel"');
  }
  const { keepAlive = false, undumpable = false, signal } = options;
  for (const [name, flag] of Object.entries({ "peer.check": check, keepAlive, undumpable })) {
    if (typeof flag !== "boolean") throw new InvalidRequestError(name, "expected true or false");
  }
  abortOf(signal);
  // A copy, so that the caller cannot change what was checked.
  const trusted = { uids: users, check, require: source };
  return { timeout, connectTimeout, peer: trusted, maxReply, keepAlive, undumpable };
}

/**
 * @returns A copy. A loop stops at the first hole; `every()` would go through all holes of a sparse
 * array.
 */
function userIds(uids: unknown): number[] {
  const list: number[] = [];
  for (const uid of Array.isArray(uids) ? uids : [undefined]) {
    if (!Number.isInteger(uid) || uid < 0) {
      throw new InvalidRequestError("peer.uids", "expected an array of user ids");
    }
    list.push(uid);
  }
  return list;
}

/**
 * Checks the options of a call and starts its clock.
 *
 * @param options What the caller gave.
 * @param timeout The client's timeout in ms, if it has one.
 * @param names The options that this call has.
 * @throws {InvalidRequestError} Naming the option at fault.
 */
export function limitsOf(
  options: DeleteOptions | undefined,
  timeout: number | undefined,
  names: readonly string[] = CALL,
): Limits {
  if (options === undefined) return clientLimits(timeout);
  checkNames(options, names);
  const { timeout: given, signal, all } = options;
  if (given !== undefined) checkTimeout(given, "timeout");
  const abort = abortOf(signal);
  if (all !== undefined && typeof all !== "boolean") {
    throw new InvalidRequestError("all", "expected true or false");
  }
  const limit = given ?? timeout;
  const deadline = limit === undefined ? undefined : new Deadline(limit);
  return { deadline, abort, own: given !== undefined || signal !== undefined };
}

/**
 * The limits of a call without options.
 *
 * @param timeout The client's timeout in ms, if it has one.
 */
export function clientLimits(timeout: number | undefined): Limits {
  return timeout === undefined ? UNLIMITED : { deadline: new Deadline(timeout) };
}

// The options of each kind of call.
export const CALL: readonly string[] = ["timeout", "signal"];
export const DELETE: readonly string[] = ["timeout", "signal", "all"];
export const CALL_SYNC: readonly string[] = ["timeout"];
export const DELETE_SYNC: readonly string[] = ["timeout", "all"];

/** No limits of the caller: every request has its allowance. */
export const UNLIMITED: Limits = {};

/** @throws {InvalidRequestError} When `options` is not an object or has another name. */
export function checkNames(options: object, names: readonly string[], prefix = ""): void {
  checkObject(options, "options");
  for (const name of Object.keys(options)) {
    if (names.includes(name)) continue;
    const meant = MEANT[name];
    const hint = meant !== undefined && names.includes(meant)
      ? `use ${prefix}${meant}`
      : `expected one of ${names.join(", ")}`;
    throw new InvalidRequestError(prefix + name, `unknown option; ${hint}`);
  }
}
