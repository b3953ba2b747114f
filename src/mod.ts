/**
 * The core: protocol, exchange and clients, over any transport. Imports nothing outside this
 * folder and no runtime's modules.
 *
 * @module
 */

export * from "./errors/mod.ts";
export type { CallOptions } from "./budget.ts";
export type { Entries } from "./check.ts";
export { KeychainClient, type RequestOptions } from "./client.ts";
export { KeychainClientSync } from "./client_sync.ts";
export { Deadline } from "./deadline.ts";
export type { Deleted } from "./delete.ts";
export type { Target } from "./dial.ts";
export { endpointCandidates, type Surroundings } from "./endpoint.ts";
export { encodeFrame, type Frame } from "./frame.ts";
export { LineDecoder, MAX_REPLY } from "./lines.ts";
export type { Loaded, LoadedEntry, LoadEntry, LoadSpec, Missing, Parsed } from "./load.ts";
export type { ClientOptions, ConnectOptions } from "./options.ts";
export type { PeerOptions } from "./peer.ts";
export {
  type Action,
  type DeniedReason,
  type ErrorReason,
  type Match,
  MAX_LINE,
  parseResponse,
  type Request,
  type Response,
  type Result,
  type Status,
} from "./protocol.ts";
export { env, type Runtime, runtime, type RuntimeName, type System } from "./runtime.ts";
export { Secret, type SecretMap } from "./secret.ts";
export type { DeletePrefixOptions, Service } from "./service.ts";
export type { ServiceSync } from "./service_sync.ts";
export type { Host } from "./session.ts";
export type { HostSync } from "./session_sync.ts";
export {
  type Connection,
  type ConnectionBase,
  type ConnectionSync,
  type PeerCredentials,
  SystemCallError,
  type Transport,
} from "./transport.ts";
