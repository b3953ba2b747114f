/**
 * Errors of what was asked: refused before anything is sent, or answered with an error.
 *
 * @module
 */

import { MAX_LINE } from "../protocol/envelope.ts";
import { KeychainAuthError } from "./base.ts";

/**
 * The request cannot be asked as it is. Nothing was sent.
 *
 * @example
 * ```ts
 * import { connect, InvalidRequestError } from "@keychain-auth/client";
 *
 * await using client = await connect();
 * try {
 *   client.service("");
 * } catch (error) {
 *   if (error instanceof InvalidRequestError) console.log(error.argument); // "service"
 * }
 * ```
 */
export class InvalidRequestError extends KeychainAuthError {
  /** What happened, for programs. */
  override readonly code = "invalid_request" as const;
  /** The argument at fault, such as `"service"` or `"targets[3]"`. */
  readonly argument: string;

  /**
   * Made by the client; a program needs this only to play a failure in its tests.
   *
   * @param argument The argument at fault.
   * @param problem What is wrong with it, never with a value in it.
   */
  constructor(argument: string, problem: string) {
    super(`Invalid ${argument}: ${problem}. Nothing was sent`);
    this.argument = argument;
  }
}

/**
 * One target with its value does not fit into the longest line that the daemon reads. Nothing was
 * sent. Sizes are those of the encoded line: UTF-8 with JSON escapes.
 *
 * @example
 * ```ts
 * import { connect, RequestTooLargeError } from "@keychain-auth/client";
 *
 * await using client = await connect();
 * try {
 *   await client.service("AgentSecrets").write({ CERTIFICATE: "x".repeat(70_000) });
 * } catch (error) {
 *   if (error instanceof RequestTooLargeError) console.log(error.size > error.limit); // true
 * }
 * ```
 */
export class RequestTooLargeError extends KeychainAuthError {
  /** What happened, for programs. */
  override readonly code = "request_too_large" as const;
  /** Bytes that the line would have. */
  readonly size: number;
  /** Bytes that a line may have. */
  readonly limit: number = MAX_LINE;
  /** The target that does not fit, if one alone is at fault. */
  readonly target: string | undefined;

  /**
   * Made by the client; a program needs this only to play a failure in its tests.
   *
   * @param size Bytes that the line would have.
   * @param target The target that does not fit, if one alone is at fault.
   */
  constructor(size: number, target?: string) {
    const what = target === undefined ? "The request" : `The request for ${JSON.stringify(target)}`;
    super(
      `${what} takes ${size} bytes and the daemon reads at most ${MAX_LINE}. Nothing was sent. ` +
        "Store a shorter value, or keep the data in a file and its key here",
    );
    this.size = size;
    this.target = target;
  }
}

/**
 * The daemon answered with an error. Reasons that this version does not know are kept as they are.
 *
 * @example
 * ```ts
 * import { DaemonError } from "@keychain-auth/client";
 *
 * const error = new DaemonError("internal_error", "write");
 * console.log(error.reason); // "internal_error"
 * ```
 */
export class DaemonError extends KeychainAuthError {
  /** What happened, for programs. */
  override readonly code = "daemon_error" as const;
  /** The daemon's reason code. */
  readonly reason: string;
  /** What was asked. */
  readonly action: string;

  /**
   * Made by the client; a program needs this only to play a failure in its tests.
   *
   * @param reason The daemon's reason code.
   * @param action What was asked.
   */
  constructor(reason: string, action: string) {
    super(`The daemon could not ${action}: ${reason}. ${meaning(reason)}`);
    this.reason = reason;
    this.action = action;
  }
}

function meaning(reason: string): string {
  if (reason === "internal_error") {
    return "Its keychain refused (locked, full, or a value over its limit) or its config is " +
      "broken; look into the daemon's log";
  }
  if (reason === "malformed_request") return "It does not accept this request; check its version";
  return "Look into the daemon's log";
}

/**
 * A batch was carried out in part. Names only; where the client could find out by asking again, it
 * did, and `unknown` holds the rest.
 *
 * @example
 * ```ts
 * import { PartialFailureError } from "@keychain-auth/client";
 *
 * function retryList(error: PartialFailureError): string[] {
 *   return [...error.failed, ...error.unknown];
 * }
 * const error = new PartialFailureError("write", { applied: ["A"], failed: ["B"], unknown: [] });
 * console.log(retryList(error)); // ["B"]
 * ```
 */
export class PartialFailureError extends KeychainAuthError {
  /** What happened, for programs. */
  override readonly code = "partial_failure" as const;
  /** What was asked. */
  readonly action: string;
  /** Targets for which it was done. */
  readonly applied: readonly string[];
  /** Targets for which it was not done. */
  readonly failed: readonly string[];
  /** Targets for which nobody can tell. */
  readonly unknown: readonly string[];

  /**
   * Made by the client; a program needs this only to play a failure in its tests.
   *
   * @param action What was asked.
   * @param parts The targets by outcome.
   * @param cause The first error that the batch met.
   */
  constructor(
    action: string,
    parts: {
      applied: readonly string[];
      failed: readonly string[];
      unknown: readonly string[];
    },
    cause?: unknown,
  ) {
    const { applied, failed, unknown } = parts;
    super(
      `Only a part of the ${action} was carried out: ${applied.length} applied, ` +
        `${failed.length} failed, ${unknown.length} unknown. ` +
        "The names are in applied, failed and unknown; the reason is in cause",
      cause === undefined ? undefined : { cause },
    );
    this.action = action;
    this.applied = applied;
    this.failed = failed;
    this.unknown = unknown;
  }
}

/**
 * Secrets that were asked for as needed do not exist.
 *
 * @example
 * ```ts
 * import { connect, MissingSecretsError } from "@keychain-auth/client";
 *
 * await using client = await connect();
 * try {
 *   await client.service("AgentSecrets").load({ key: "no-such-secret" });
 * } catch (error) {
 *   if (error instanceof MissingSecretsError) console.log(error.targets); // ["no-such-secret"]
 * }
 * ```
 */
export class MissingSecretsError extends KeychainAuthError {
  /** What happened, for programs. */
  override readonly code = "missing_secrets" as const;
  /** The service that was asked. */
  readonly service: string;
  /** The targets that do not exist. */
  readonly targets: readonly string[];

  /**
   * Made by the client; a program needs this only to play a failure in its tests.
   *
   * @param service The service that was asked.
   * @param targets The targets that do not exist.
   */
  constructor(service: string, targets: readonly string[]) {
    const names = targets.map((target) => JSON.stringify(target)).join(", ");
    super(
      `Service ${JSON.stringify(service)} has no ${names}. Write what is missing, or mark it ` +
        "as optional",
    );
    this.service = service;
    this.targets = targets;
  }
}

/**
 * A secret exists, but the caller's `parse` threw for it. What it threw is not kept, because it may
 * quote the value.
 *
 * @example
 * ```ts
 * import { InvalidSecretError } from "@keychain-auth/client";
 *
 * console.log(new InvalidSecretError("PORT").target); // "PORT"
 * ```
 */
export class InvalidSecretError extends KeychainAuthError {
  /** What happened, for programs. */
  override readonly code = "invalid_secret" as const;
  /** The secret's name. */
  readonly target: string;

  /**
   * Made by the client; a program needs this only to play a failure in its tests.
   *
   * @param target The secret's name.
   */
  constructor(target: string) {
    super(`The value of ${JSON.stringify(target)} was refused by its parse function`);
    this.target = target;
  }
}
