import type { AbortSignalLike } from "../src/client/abort.ts";

/** What a check is about. */
export type ConformanceGroup = "protocol" | "policy" | "limits" | "lifetime";

/** What the daemon may be required to grant, so that the checks that need it are not skipped. */
export type ConformancePermission = "read" | "write" | "search" | "policy";

/**
 * Options of {@linkcode runConformance}.
 *
 * @example
 * ```ts
 * import { type ConformanceOptions, runConformance } from "@keychain-auth/client/conformance";
 * import { startDaemon } from "@keychain-auth/client/testing";
 *
 * await using daemon = await startDaemon();
 * const options: ConformanceOptions = {
 *   endpoint: daemon.endpoint,
 *   service: "Conformance",
 *   groups: ["limits"],
 *   onCheck: ({ status, name }) => console.log(status, name),
 * };
 * console.log((await runConformance(options)).failed); // 0
 * ```
 */
export interface ConformanceOptions {
  /**
   * The daemon's socket, or pipe on Windows. Default: `KEYCHAIN_AUTH_SOCKET`, else the place where
   * the daemon listens by its own rule.
   */
  readonly endpoint?: string;
  /**
   * The service to write to, read and search. Every name that is written begins with a random prefix,
   * and is deleted in the end. Checks that this caller may not ask are skipped.
   */
  readonly service: string;
  /** The groups to ask. Default: all. */
  readonly groups?: readonly ConformanceGroup[];
  /** Asks only the checks whose name contains this text. */
  readonly only?: string;
  /**
   * Whether to ask what takes long or fills the daemon: the idle timeout (two minutes), 200,000
   * requests at once, and the limit of 64 connections, for which the daemon must have no other client.
   * Default: `false`.
   */
  readonly slow?: boolean;
  /** Milliseconds after which the daemon closes an idle connection. Default: 30,000. */
  readonly idleTimeout?: number;
  /** How many connections the daemon serves at once. Default: 64. */
  readonly maxConnections?: number;
  /**
   * What this caller must be allowed to do. What is missing fails, instead of skipping the checks
   * that need it. `"policy"`: a service that nobody has listed must be denied. Default: nothing.
   */
  readonly require?: readonly ConformancePermission[];
  /** Milliseconds to wait for each reply. Default: 30,000. */
  readonly timeout?: number;
  /** Stops the run, which deletes what it wrote and then rejects with the signal's reason. */
  readonly signal?: AbortSignalLike;
  /**
   * Told of each check when it is done.
   *
   * @param result The check's result.
   */
  readonly onCheck?: (result: CheckResult) => void;
}

/** What was sent and what came back. Bytes that are no UTF-8 are shown as U+FFFD. */
export interface CheckStep {
  /** The bytes that were sent; long ones are cut in the middle. */
  readonly sent: string;
  /** The bytes that the daemon must send, or `[closed]` for the end of the connection. */
  readonly expected: string;
  /** The bytes that it sent. Values that the kit has not written itself are left out. */
  readonly observed: string;
}

/** The outcome of one check. */
export interface CheckResult {
  /** What it is about. */
  readonly group: ConformanceGroup;
  /** The fact that was asked. */
  readonly name: string;
  /** `"skipped"` when this caller may not ask it. */
  readonly status: "passed" | "failed" | "skipped";
  /** Why it was skipped. */
  readonly reason?: string;
  /** Every step up to the one that failed. */
  readonly steps: readonly CheckStep[];
  /** Milliseconds. */
  readonly duration: number;
}

/** The outcome of a run. */
export interface ConformanceReport {
  /** Where the daemon listens. */
  readonly endpoint: string;
  /** The service that was used. */
  readonly service: string;
  /** How every name began that was written. */
  readonly prefix: string;
  /** What this caller may do. */
  readonly permissions: readonly ConformancePermission[];
  /** True when at least one check passed, none failed, and nothing was left behind. */
  readonly ok: boolean;
  /** How many checks passed. */
  readonly passed: number;
  /** How many failed. */
  readonly failed: number;
  /** How many were skipped. */
  readonly skipped: number;
  /** Milliseconds. */
  readonly duration: number;
  /** Every check in the order of asking. */
  readonly checks: readonly CheckResult[];
  /** Names that could not be deleted; none unless the daemon failed. */
  readonly leftBehind: readonly string[];
}
