/**
 * Errors of a request: invalid, answered with an error, or partly carried out.
 *
 * @module
 */

import { KeychainAuthError } from "./base.ts";
import { type Action, MAX_LINE, shownReason } from "./reasons.ts";

/**
 * An argument or an option is invalid. Nothing was sent.
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
  /** The name of the class, also where a bundler has renamed it. */
  override readonly name = "InvalidRequestError";
  /** What happened, for programs. */
  override readonly code = "invalid_request" as const;
  /** The argument at fault, such as `"service"` or `"targets[3]"`. */
  readonly argument: string;
  /** What is wrong with it and what is expected. */
  readonly problem: string;

  /**
   * Made by the client; a program needs this only to play a failure in its tests.
   *
   * @param argument The argument at fault.
   * @param problem What is wrong with it and what is expected. Never quotes a secret's value.
   */
  constructor(argument: string, problem: string) {
    super(`Invalid ${argument}: ${problem}. Nothing was sent`);
    this.argument = argument;
    this.problem = problem;
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
  /** The name of the class, also where a bundler has renamed it. */
  override readonly name = "RequestTooLargeError";
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
      `${what} takes ${size} bytes, and the daemon accepts at most ${MAX_LINE}. Nothing was sent. ` +
        "Store a shorter value, or keep the data in a file and its key here",
    );
    this.size = size;
    this.target = target;
  }
}

/**
 * The daemon answered with an error. A reason that this version does not know passes through
 * unchanged.
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
  /** The name of the class, also where a bundler has renamed it. */
  override readonly name = "DaemonError";
  /** What happened, for programs. */
  override readonly code = "daemon_error" as const;
  /** The daemon's reason code, as it was received; the message shows 100 characters. */
  readonly reason: string;
  /** The action that was asked for. */
  readonly action: Action;

  /**
   * Made by the client; a program needs this only to play a failure in its tests.
   *
   * @param reason The daemon's reason code.
   * @param action The action that was asked for.
   */
  constructor(reason: string, action: Action) {
    super(`The daemon could not ${action}: ${shownReason(reason)}. ${meaning(reason)}`);
    this.reason = reason;
    this.action = action;
  }
}

function meaning(reason: string): string {
  switch (reason) {
    case "internal_error":
      return "Its keychain refused (locked, full, or a value over its limit), or its configuration is " +
        "invalid. Read the daemon's log";
    case "malformed_request":
      return "It does not accept this request. Compare its version with this client's";
    default:
      return "Read the daemon's log";
  }
}

/**
 * A batch was only partly carried out. The client asked the daemon for the outcome where it could;
 * `unknown` lists the targets whose outcome it could not find out. The error contains only names.
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
  /** The name of the class, also where a bundler has renamed it. */
  override readonly name = "PartialFailureError";
  /** What happened, for programs. */
  override readonly code = "partial_failure" as const;
  /** The action that was asked for. */
  readonly action: Action;
  /** Targets that were written or deleted. */
  readonly applied: readonly string[];
  /** Targets that were not. */
  readonly failed: readonly string[];
  /** Targets whose outcome is unknown. */
  readonly unknown: readonly string[];

  /**
   * Made by the client; a program needs this only to play a failure in its tests.
   *
   * @param action The action that was asked for.
   * @param parts The targets by outcome.
   * @param cause The first error of the batch.
   */
  constructor(
    action: Action,
    parts: {
      applied: readonly string[];
      failed: readonly string[];
      unknown: readonly string[];
    },
    cause?: unknown,
  ) {
    const { applied, failed, unknown } = parts;
    super(
      `The ${action} was only partly carried out: ${applied.length} applied, ${failed.length} failed, ` +
        `${unknown.length} unknown. See the properties applied, failed, unknown and cause`,
      cause === undefined ? undefined : { cause },
    );
    this.action = action;
    this.applied = applied;
    this.failed = failed;
    this.unknown = unknown;
  }
}

/**
 * Required secrets do not exist.
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
  /** The name of the class, also where a bundler has renamed it. */
  override readonly name = "MissingSecretsError";
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
   * @param message What is missing and what to do about it, where more is known than the names.
   */
  constructor(service: string, targets: readonly string[], message?: string) {
    const names = targets.map((target) => JSON.stringify(target)).join(", ");
    super(
      message ?? `Missing in service ${JSON.stringify(service)}: ${names}. ` +
          `Store ${targets.length === 1 ? "it" : "them"} with kca set, or make the entry optional`,
    );
    this.service = service;
    this.targets = targets;
  }
}

/**
 * The caller's `parse` rejected a secret's value: it threw, or it returned `NaN`, an invalid date
 * or `undefined`. The error does not keep what `parse` threw, because that may quote the value.
 *
 * @example
 * ```ts
 * import { InvalidSecretError } from "@keychain-auth/client";
 *
 * console.log(new InvalidSecretError("PORT").target); // "PORT"
 * ```
 */
export class InvalidSecretError extends KeychainAuthError {
  /** The name of the class, also where a bundler has renamed it. */
  override readonly name = "InvalidSecretError";
  /** What happened, for programs. */
  override readonly code = "invalid_secret" as const;
  /** The secret's name. */
  readonly target: string;

  /**
   * Made by the client; a program needs this only to play a failure in its tests.
   *
   * @param target The secret's name.
   * @param advice What to do about it, for a value that does not come from the daemon.
   */
  constructor(target: string, advice = "Store a valid value with kca set") {
    super(
      `The value of ${
        JSON.stringify(target)
      } is invalid: its parse function rejected it. ${advice}`,
    );
    this.target = target;
  }
}
