/**
 * A conformance kit: checks everything that a client may rely on in a keychain-auth daemon, byte
 * for byte. For authors of daemons, and for users who want to know whether this client works with
 * the daemon that they run.
 *
 * @example
 * ```ts
 * import { runConformance, toTap } from "@keychain-auth/client/conformance";
 * import { startDaemon } from "@keychain-auth/client/testing";
 *
 * await using daemon = await startDaemon();
 * const report = await runConformance({ endpoint: daemon.endpoint, service: "Conformance" });
 * console.log(toTap(report).split("\n", 1)[0]); // TAP version 14
 * ```
 *
 * @module
 */

export { runConformance } from "./run.ts";
export { toTap } from "./report/tap.ts";
export { toJUnit } from "./report/junit.ts";
export { type CheckDescription, listChecks } from "./list.ts";
export type {
  CheckResult,
  CheckStep,
  ConformanceGroup,
  ConformanceOptions,
  ConformancePermission,
  ConformanceReport,
} from "./types.ts";
export type { AbortSignalLike } from "../src/client/abort.ts";
