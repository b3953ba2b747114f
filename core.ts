/**
 * The core: protocol, exchange and clients, over any transport. Imports nothing outside this
 * folder and no runtime's modules.
 *
 * @module
 */

export * from "./src/errors/mod.ts";
export type { CallOptions } from "./src/client/budget.ts";
export type { Entries } from "./src/client/validate.ts";
export { KeychainClient, type RequestOptions } from "./src/client/client.ts";
export { KeychainClientSync } from "./src/client/client_sync.ts";
export { Deadline } from "./src/deadline.ts";
export type { Deleted } from "./src/client/delete.ts";
export type { Target } from "./src/client/dial.ts";
export { endpointCandidates, type Surroundings } from "./src/client/endpoint.ts";
export { encodeFrame, type Frame } from "./src/protocol/encode.ts";
export { LineDecoder, MAX_REPLY } from "./src/protocol/lines.ts";
export type {
  Loaded,
  LoadedEntry,
  LoadEntry,
  LoadSpec,
  Missing,
  Parsed,
} from "./src/client/load.ts";
export type { ClientOptions, ConnectOptions } from "./src/client/options.ts";
export type { PeerOptions } from "./src/client/peer.ts";
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
} from "./src/protocol/envelope.ts";
export { env, type Runtime, runtime, type RuntimeName, type System } from "./src/runtime.ts";
export { Secret, type SecretMap } from "./src/client/secret.ts";
export type { DeletePrefixOptions, Service } from "./src/client/service.ts";
export type { ServiceSync } from "./src/client/service_sync.ts";
export type { Host } from "./src/client/session.ts";
export type { HostSync } from "./src/client/session_sync.ts";
export {
  type Connection,
  type ConnectionBase,
  type ConnectionSync,
  type PeerCredentials,
  SystemCallError,
  type Transport,
} from "./src/transport.ts";
