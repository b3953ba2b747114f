/**
 * Finds out what a caller may do without changing anything, by requests for random names that do
 * not exist.
 *
 * @module
 */

import type { KeychainClient } from "../../src/client/client.ts";
import { isKeychainAuthError } from "../../src/errors/mod.ts";
import type { DeniedError } from "../../src/errors/denied.ts";
import type { RawRequest } from "../../src/protocol/envelope.ts";
import { UNREGISTERED } from "../../src/errors/reasons.ts";
import type { Allowed, Permission } from "./types.ts";

/** The result of a service's probes. */
export interface Probed {
  readonly allowed: Allowed;
  /** Whether the daemon does not know this executable. */
  readonly unregistered: boolean;
  /** Any failure except a denial. */
  readonly failure: unknown;
  /** Milliseconds that the probe for reading took. */
  readonly took: number;
}

/** For all requests together, in milliseconds, because a user waits for the screen. */
const ALL = 4_000;
/** Of these, milliseconds for connecting. */
const CONNECTING = 1_500;
/** The daemon has at least this long for the first request, however long kca itself has taken. */
const FIRST = 1_000;

/** How long the daemon may take. */
export class TimeLimit {
  readonly #each: number | undefined;
  readonly #end = performance.now() + ALL;
  readonly connectTimeout: number;

  /** @param each Milliseconds for each request; without it, all requests share one time limit. */
  constructor(each: number | undefined) {
    this.#each = each;
    this.connectTimeout = each ?? CONNECTING;
  }

  /** The milliseconds for the first request. */
  get first(): number {
    return this.#each ?? Math.max(FIRST, this.timeout);
  }

  /** The milliseconds for the next request; 0 when no time is left. */
  get timeout(): number {
    return this.#each ?? Math.max(0, this.#end - performance.now());
  }
}

/** Sends one request for each permission. */
export async function probeService(
  client: KeychainClient,
  service: string,
  limit: TimeLimit,
): Promise<Probed> {
  const name = `kca-doctor-${crypto.randomUUID()}`;
  const requests: Readonly<Record<Permission, RawRequest>> = {
    read: { action: "read", service, targets: [name] },
    // Deleting a name that does not exist is an internal error if it is allowed.
    write: { action: "delete", service, targets: [name] },
    // Last, because a search in a desktop keychain takes seconds.
    search: { action: "search", service, targets: [name] },
  };
  const allowed: Record<Permission, Allowed[Permission]> = {
    read: "unknown",
    search: "unknown",
    write: "unknown",
  };
  let took = 0;
  for (const [permission, request] of Object.entries(requests) as [Permission, RawRequest][]) {
    const began = performance.now();
    try {
      const timeout = permission === "read" ? limit.first : limit.timeout;
      if (timeout === 0 && permission !== "read") break;
      await client.request(request, { timeout: timeout || 1 });
      allowed[permission] = "allowed";
    } catch (error) {
      if (isKeychainAuthError(error, "denied")) {
        if ((error as DeniedError).reason === UNREGISTERED) {
          return { allowed, unregistered: true, failure: undefined, took };
        }
        allowed[permission] = "denied";
      } else if (permission === "write" && isInternal(error)) allowed.write = "allowed";
      // A denial arrives at once, so after a timeout the search is allowed and still running.
      else if (permission !== "read" && isKeychainAuthError(error, "timeout")) break;
      else return { allowed, unregistered: false, failure: error, took };
    }
    if (permission === "read") took = performance.now() - began;
  }
  return { allowed, unregistered: false, failure: undefined, took };
}

/** @returns Milliseconds of one more read, the median of some; `undefined` when time is up. */
export async function measureRead(
  client: KeychainClient,
  service: string,
  limit: TimeLimit,
): Promise<number | undefined> {
  const request: RawRequest = { action: "read", service, targets: ["kca-doctor"] };
  const times: number[] = [];
  for (let count = 0; count < 5; count++) {
    const began = performance.now();
    const { timeout } = limit;
    if (timeout === 0) return undefined;
    try {
      await client.request(request, { timeout });
    } catch (error) {
      if (isKeychainAuthError(error, "timeout")) return undefined;
      throw error;
    }
    times.push(performance.now() - began);
  }
  return times.sort((a, b) => a - b)[2]!;
}

function isInternal(error: unknown): boolean {
  return isKeychainAuthError(error, "daemon_error") &&
    (error as unknown as { reason: string }).reason === "internal_error";
}
