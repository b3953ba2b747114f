/**
 * The one base of all errors that this module throws, and the codes that tell them apart.
 *
 * @module
 */

import type {
  ClientClosedError,
  ConnectionLostError,
  ProtocolError,
  QueueFullError,
  TimeoutError,
} from "./connection.ts";
import type { DeniedError } from "./denied.ts";
import type {
  DaemonError,
  InvalidRequestError,
  InvalidSecretError,
  MissingSecretsError,
  PartialFailureError,
  RequestTooLargeError,
} from "./request.ts";
import type {
  DaemonUnavailableError,
  PermissionError,
  TransportUnavailableError,
  UntrustedPeerError,
} from "./unavailable.ts";

/** Every code that a {@linkcode KeychainAuthError} can carry. Stable across versions. */
export type ErrorCode =
  | "client_closed"
  | "connection_lost"
  | "daemon_error"
  | "daemon_unavailable"
  | "denied"
  | "invalid_request"
  | "invalid_secret"
  | "missing_secrets"
  | "partial_failure"
  | "permission"
  | "protocol"
  | "queue_full"
  | "request_too_large"
  | "timeout"
  | "transport_unavailable"
  | "untrusted_peer";

/**
 * Base of all errors of this module. No error ever holds a secret's value: not in its message, its
 * properties, its stack or its cause. An abort is not one of these: it rejects with the signal's
 * own reason.
 *
 * @example Telling errors apart by class or by code
 * ```ts
 * import { connect, KeychainAuthError } from "@keychain-auth/client";
 *
 * try {
 *   await connect({ endpoint: "/nonexistent/agent.sock" });
 * } catch (error) {
 *   if (!(error instanceof KeychainAuthError)) throw error;
 *   console.log(error.code); // "daemon_unavailable"
 * }
 * ```
 */
export abstract class KeychainAuthError extends Error {
  /** What happened, for programs. */
  abstract readonly code: ErrorCode;

  /**
   * Made by the client; a program needs this only to play a failure in its tests.
   *
   * @param message What happened, what it means and what to do, for people.
   * @param options The error that led to this one.
   */
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

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
 * Whether `error` comes from this module: also across two copies of it, where `instanceof` fails.
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
export function isKeychainAuthError(error: unknown): error is KeychainAuthError;
/** The same for one code, which narrows to its class. */
export function isKeychainAuthError<C extends ErrorCode>(
  error: unknown,
  code: C,
): error is ErrorOf<C>;
export function isKeychainAuthError(error: unknown, code?: ErrorCode): error is KeychainAuthError {
  if (!(error instanceof Error) || !(BRAND in error)) return false;
  return code === undefined || (error as unknown as KeychainAuthError).code === code;
}

const BRAND: unique symbol = Symbol.for("@keychain-auth/client.error");
Object.defineProperty(KeychainAuthError.prototype, BRAND, { value: true });
