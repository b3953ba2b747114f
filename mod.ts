/**
 * A client for the keychain-auth daemon: a script gets its secrets over one authenticated local
 * connection, without a .env file. Works on Deno, Bun and Node, on Linux, macOS and Windows.
 *
 * @example Read one environment in one round trip
 * ```ts
 * import { connect } from "@keychain-auth/client";
 *
 * await using client = await connect();
 * const service = client.service("AgentSecrets");
 * await service.write({
 *   "proj_123:development:DATABASE_URL": "postgres://dev-db",
 *   "proj_123:development:OPENAI_KEY": "sk-proj-dev123",
 * });
 * const secrets = await service.readPrefix("proj_123:development:");
 * console.log(secrets.get("proj_123:development:DATABASE_URL")?.reveal()); // postgres://dev-db
 * ```
 *
 * @module
 */

export { connect } from "./connect/connect.ts";
export { Secret, type SecretMap } from "./src/client/secret.ts";
export * from "./src/errors/mod.ts";
export type { KeychainClient } from "./src/client/client.ts";
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
export type { AbortSignalLike } from "./src/client/abort.ts";
export type {
  CallOptions,
  CallSyncOptions,
  ConnectOptions,
  ConnectSyncOptions,
  DeleteOptions,
  DeleteSyncOptions,
} from "./src/client/options.ts";
export type { PeerOptions } from "./src/client/peer.ts";
export type { Service } from "./src/client/service.ts";
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
