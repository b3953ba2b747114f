/**
 * The one base of all errors that this module throws, and the codes that tell them apart.
 *
 * @module
 */

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
 * properties, its stack or its cause. An abort is not such an error: it rejects with the signal's
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
}

/** Marks the errors of every copy of this module. */
export const BRAND: unique symbol = Symbol.for("@keychain-auth/client.error");
Object.defineProperty(KeychainAuthError.prototype, BRAND, { value: true });
