import type { AbortSignalLike } from "../src/client/abort.ts";

/** The subject of a check. */
export type ConformanceGroup = "protocol" | "policy" | "limits" | "lifetime";

/** Permissions that the run can require, so that the checks that need them are not skipped. */
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
   * the daemon listens by default.
   */
  readonly endpoint?: string;
  /**
   * The service to write to, read and search. Every name that the run writes begins with a random
   * prefix, and is deleted at the end. Checks that this caller may not run are skipped.
   */
  readonly service: string;
  /** The groups to run. Default: all. */
  readonly groups?: readonly ConformanceGroup[];
  /** Runs only the checks whose names contain this text. */
  readonly only?: string;
  /**
   * Whether to run checks that take long or fill the daemon: the idle timeout (two minutes),
   * 200,000 requests at once, and the limit of 64 connections, for which the daemon must have no
   * other client. Default: `false`.
   */
  readonly slow?: boolean;
  /** Milliseconds after which the daemon closes an idle connection. Default: 30,000. */
  readonly idleTimeout?: number;
  /** How many connections the daemon serves at once. Default: 64. */
  readonly maxConnections?: number;
  /**
   * What this caller must be allowed to do. A missing permission is a failure, instead of a reason
   * to skip checks. `"policy"`: a service that is not listed must be denied. Default: nothing.
   */
  readonly require?: readonly ConformancePermission[];
  /** Milliseconds to wait for each reply. Default: 30,000. */
  readonly timeout?: number;
  /** Stops the run, which deletes what it wrote and then rejects with the signal's reason. */
  readonly signal?: AbortSignalLike;
  /**
   * Called after each check.
   *
   * @param result The check's result.
   */
  readonly onCheck?: (result: CheckResult) => void;
}

/** What was sent and what was received. Bytes that are not UTF-8 are shown as U+FFFD. */
export interface CheckStep {
  /** The bytes that were sent; long ones are cut in the middle. */
  readonly sent: string;
  /** The bytes that the daemon must send, or `[closed]` for the end of the connection. */
  readonly expected: string;
  /** The bytes that it sent. Values that the kit has not written are left out. */
  readonly observed: string;
}

/** The outcome of one check. */
export interface CheckResult {
  /** What it is about. */
  readonly group: ConformanceGroup;
  /** The checked fact. */
  readonly name: string;
  /** `"skipped"` when this caller may not run it. */
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
  /** The prefix of every name that was written. */
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
  /** Every check in the order of the run. */
  readonly checks: readonly CheckResult[];
  /** Names that could not be deleted; none unless the daemon failed. */
  readonly leftBehind: readonly string[];
}
