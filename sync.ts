/**
 * The client without promises: every call blocks the thread until the reply or the deadline. For
 * scripts, and for start-up code that cannot wait. Needs Deno with `--allow-ffi`, Bun, or Node 26
 * and newer.
 *
 * @example Read a secret while a module loads
 * ```ts
 * import { connectSync } from "@keychain-auth/client/sync";
 *
 * using client = connectSync();
 * console.log(client.service("AgentSecrets").get("no-such-secret")); // undefined
 * ```
 *
 * @module
 */

export { connectSync } from "./connect/connect_sync.ts";
export { Secret, type SecretMap } from "./src/client/secret.ts";
export * from "./src/errors/mod.ts";
export type { KeychainClientSync } from "./src/client/client_sync.ts";
export type { Deleted } from "./src/client/delete.ts";
export type {
  Loaded,
  LoadedEntry,
  LoadEntry,
  LoadSpec,
  Missing,
  Parsed,
  StandardResult,
  StandardSchema,
} from "./src/client/load.ts";
export type {
  CallSyncOptions,
  ConnectSyncOptions,
  DeleteSyncOptions,
} from "./src/client/options.ts";
export type { PeerOptions } from "./src/client/peer.ts";
export type { ServiceSync } from "./src/client/service_sync.ts";
export type { Entries } from "./src/client/validate.ts";
export type { Action, DeniedReason, ErrorReason } from "./src/errors/reasons.ts";
export type {
  RawMatch,
  RawRequest,
  RawResponse,
  RawResult,
  RawStatus,
} from "./src/protocol/envelope.ts";
export type { PeerCredentials, Transport } from "./src/transport.ts";
