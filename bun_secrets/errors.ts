/**
 * Errors in the form of Bun's: plain classes that carry a code.
 *
 * @module
 */

import { type ErrorCode, KeychainAuthError } from "../src/errors/base.ts";

/** Bun's codes. Any other error is `ERR_SECRETS_PLATFORM_ERROR`. */
const CODES: { readonly [code in ErrorCode]?: string } = {
  daemon_unavailable: "ERR_SECRETS_NOT_AVAILABLE",
  transport_unavailable: "ERR_SECRETS_NOT_AVAILABLE",
  permission: "ERR_SECRETS_NOT_AVAILABLE",
  untrusted_peer: "ERR_SECRETS_NOT_AVAILABLE",
  denied: "ERR_SECRETS_ACCESS_DENIED",
};

/** An argument is not what Bun expects. */
export function argumentError(message: string, code = "ERR_INVALID_ARG_TYPE"): TypeError {
  return withCode(new TypeError(message), code);
}

/**
 * The error that Bun would give for a failure of the client.
 *
 * @param error What the client threw. It becomes the cause.
 */
export function secretsError(error: unknown): unknown {
  if (!(error instanceof KeychainAuthError)) return error;
  const { code, message } = error;
  if (code === "invalid_request") {
    return withCode(new TypeError(message, { cause: error }), "ERR_INVALID_ARG_VALUE");
  }
  const bun = new Error(message, { cause: error });
  return withCode(bun, CODES[code] ?? "ERR_SECRETS_PLATFORM_ERROR");
}

function withCode<E extends Error>(error: E, code: string): E {
  Object.assign(error, { code });
  // As Bun and Node print such errors.
  const toString = (): string => `${error.name} [${code}]: ${error.message}`;
  return Object.defineProperty(error, "toString", { value: toString });
}
