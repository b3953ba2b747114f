/**
 * The protocol kit, for authors of transports, clients and daemons: requests as bytes, bytes as
 * lines, the rules for replies, the queue of one connection, and the types of a transport. Does no
 * I/O and uses no runtime globals.
 *
 * @example A client of one request over any stream of bytes
 * ```ts
 * import { encodeFrame, LineDecoder, verifyReply } from "@keychain-auth/client/core";
 *
 * const frame = encodeFrame({ action: "read", service: "AgentSecrets", targets: ["KEY"] });
 * // Send frame.bytes, then receive:
 * const reply = '{"type":"RESPONSE","status":"success","results":[{"target":"KEY","value":"v"}]}\n';
 * const lines = new LineDecoder();
 * lines.commit(new TextEncoder().encodeInto(reply, lines.space()).written);
 * console.log(verifyReply(frame, lines.next()!).results?.[0]?.value); // v
 * ```
 *
 * @module
 */

export * from "./src/errors/mod.ts";
export { Deadline } from "./src/clock.ts";
export { endpointCandidates, type EndpointSurroundings } from "./src/client/endpoint.ts";
export { allowanceOf, CONNECT_TIMEOUT } from "./src/protocol/allowances.ts";
export {
  encodeFrame,
  type Frame,
  splitBatch,
  type TargetBatch,
  wipe,
} from "./src/protocol/encode.ts";
export {
  type Action,
  type DeniedReason,
  type ErrorReason,
  MAX_LINE,
  parseResponse,
  type RawMatch,
  type RawRequest,
  type RawResponse,
  type RawResult,
  type RawStatus,
} from "./src/protocol/envelope.ts";
export { LineDecoder, MAX_REPLY } from "./src/protocol/lines.ts";
export { Failure, type Outcome } from "./src/protocol/outcome.ts";
export { type Call, type CallDeadline, type End, Pipeline } from "./src/protocol/pipeline.ts";
export { Retry } from "./src/protocol/retry.ts";
export { verifyReply } from "./src/protocol/verify_reply.ts";
export type { OperatingSystem } from "./src/runtime.ts";
export {
  type Connection,
  type ConnectionBase,
  type ConnectionSync,
  type PeerCredentials,
  SystemCallError,
  type Transport,
  type Trust,
} from "./src/transport.ts";
