/**
 * A daemon for tests: it runs inside the test's own process, on Deno, Bun and Node, and answers
 * byte for byte like a running 3.x daemon.
 *
 * It checks no identity by default and keeps secrets only in memory. Use it only for tests and
 * trials.
 *
 * @example
 * ```ts
 * import { connect } from "@keychain-auth/client";
 * import { startDaemon } from "@keychain-auth/client/testing";
 *
 * await using daemon = await startDaemon({
 *   secrets: { AgentSecrets: { "proj_123:development:OPENAI_KEY": "sk-proj-dev123" } },
 * });
 * await using client = await connect({ endpoint: daemon.endpoint });
 * const keys = await client.service("AgentSecrets").readPrefix("proj_123:development:");
 * console.log(keys.size); // 1
 * ```
 *
 * @module
 */

export { startDaemon } from "./start.ts";
export { type DaemonTest, withDaemon, type WithDaemonOptions } from "./with_daemon.ts";
export {
  type CheckValues,
  type ProjectTest,
  type TestEnv,
  type TestProject,
  withProject,
  type WithProjectOptions,
} from "./with_project.ts";
export type {
  CheckProfile,
  CheckSecret,
  CheckSpec,
  Mistake,
  ProjectShape,
  SecretNames,
  SpecKeys,
  UnknownKeys,
} from "../project/spec_types.ts";
export type {
  DaemonOptions,
  DaemonPolicy,
  Fault,
  FaultName,
  FaultOptions,
  RecordedRequest,
  TestDaemon,
} from "./types.ts";
