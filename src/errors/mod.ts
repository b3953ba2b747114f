/**
 * Every error that this module throws, and how to tell them apart.
 *
 * @module
 */

import { BRAND, type ErrorCode, KeychainAuthError } from "./base.ts";
import {
  ClientClosedError,
  ConnectionLostError,
  ProtocolError,
  QueueFullError,
  TimeoutError,
} from "./connection.ts";
import { DeniedError, type Executable } from "./denied.ts";
import {
  DaemonError,
  InvalidRequestError,
  InvalidSecretError,
  MissingSecretsError,
  PartialFailureError,
  RequestTooLargeError,
} from "./request.ts";
import {
  type Attempt,
  DaemonUnavailableError,
  PermissionError,
  TransportUnavailableError,
  UntrustedPeerError,
} from "./unavailable.ts";

export {
  type Attempt,
  ClientClosedError,
  ConnectionLostError,
  DaemonError,
  DaemonUnavailableError,
  DeniedError,
  type ErrorCode,
  type Executable,
  InvalidRequestError,
  InvalidSecretError,
  KeychainAuthError,
  MissingSecretsError,
  PartialFailureError,
  PermissionError,
  ProtocolError,
  QueueFullError,
  RequestTooLargeError,
  TimeoutError,
  TransportUnavailableError,
  UntrustedPeerError,
};

/** Every error of this module, told apart by `code`. */
export type AnyKeychainAuthError =
  | ClientClosedError
  | ConnectionLostError
  | DaemonError
  | DaemonUnavailableError
  | DeniedError
  | InvalidRequestError
  | InvalidSecretError
  | MissingSecretsError
  | PartialFailureError
  | PermissionError
  | ProtocolError
  | QueueFullError
  | RequestTooLargeError
  | TimeoutError
  | TransportUnavailableError
  | UntrustedPeerError;

/** The error that has this code. */
export type ErrorOf<C extends ErrorCode> = Extract<AnyKeychainAuthError, { readonly code: C }>;

/**
 * Whether `error` comes from this module. Also works across two copies of it, where `instanceof`
 * fails.
 *
 * @param error Anything that was thrown.
 * @param code Only this code, if given.
 *
 * @example
 * ```ts
 * import { connect, isKeychainAuthError } from "@keychain-auth/client";
 *
 * try {
 *   await connect({ endpoint: "/nonexistent/agent.sock" });
 * } catch (error) {
 *   if (isKeychainAuthError(error, "daemon_unavailable")) console.log(error.message);
 * }
 * ```
 */
export function isKeychainAuthError(error: unknown): error is AnyKeychainAuthError;
/** The same for one code, which narrows to its class. */
export function isKeychainAuthError<C extends ErrorCode>(
  error: unknown,
  code: C,
): error is ErrorOf<C>;
export function isKeychainAuthError(error: unknown, code?: ErrorCode): error is KeychainAuthError {
  if (!(error instanceof Error) || !(BRAND in error)) return false;
  return code === undefined || (error as unknown as KeychainAuthError).code === code;
}
