/**
 * A client for the keychain-auth daemon: a script gets its secrets over one authenticated local
 * connection, without a .env file. Works on Deno, Bun and Node, on Linux, macOS and Windows.
 *
 * @example One environment in one round trip
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

export { connect, connectSync } from "./connect/connect.ts";
export * from "./src/errors/mod.ts";
export {
  type Action,
  type CallOptions,
  type ClientOptions,
  type Connection,
  type ConnectionBase,
  type ConnectionSync,
  type ConnectOptions,
  Deadline,
  type Deleted,
  type DeletePrefixOptions,
  type DeniedReason,
  type Entries,
  type ErrorReason,
  type Host,
  type HostSync,
  KeychainClient,
  KeychainClientSync,
  type Loaded,
  type LoadedEntry,
  type LoadEntry,
  type LoadSpec,
  type Match,
  MAX_LINE,
  MAX_REPLY,
  type Missing,
  type Parsed,
  type PeerCredentials,
  type PeerOptions,
  type Request,
  type RequestOptions,
  type Response,
  type Result,
  Secret,
  type SecretMap,
  type Service,
  type ServiceSync,
  type Status,
  SystemCallError,
  type Target,
  type Transport,
} from "./core.ts";
