/**
 * A conformance kit: asks a keychain-auth daemon everything that a client may rely on, byte for byte.
 * For people who write or patch a daemon, and for those who want to know whether the one that they
 * run is what this client was built for.
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
