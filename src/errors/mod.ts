/**
 * Every error that this module throws.
 *
 * @module
 */

export {
  type AnyKeychainAuthError,
  type ErrorCode,
  type ErrorOf,
  isKeychainAuthError,
  KeychainAuthError,
} from "./base.ts";
export {
  ClientClosedError,
  ConnectionLostError,
  ProtocolError,
  QueueFullError,
  TimeoutError,
} from "./connection.ts";
export { DeniedError, type Executable } from "./denied.ts";
export {
  DaemonError,
  InvalidRequestError,
  InvalidSecretError,
  MissingSecretsError,
  PartialFailureError,
  RequestTooLargeError,
} from "./request.ts";
export {
  type Attempt,
  DaemonUnavailableError,
  PermissionError,
  TransportUnavailableError,
  UntrustedPeerError,
} from "./unavailable.ts";
