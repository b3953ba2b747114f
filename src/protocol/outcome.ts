/**
 * The outcome of one request, as the layers between the connection and the caller pass it on.
 *
 * @module
 */

import { ClientClosedError, ConnectionLostError, ProtocolError } from "../errors/connection.ts";
import { DaemonError } from "../errors/request.ts";
import type { Action } from "../errors/reasons.ts";
import type { RawResponse } from "./envelope.ts";

/**
 * A request that got no usable reply. It creates its error when a caller takes the outcome, so that
 * the stack names that caller's line.
 *
 * @example
 * ```ts
 * import { Failure } from "@keychain-auth/client/core";
 *
 * const failure = Failure.lost(true);
 * console.log(failure.kind, failure.sent); // lost true
 * console.log(failure.error instanceof Error); // true
 * ```
 */
export class Failure {
  readonly #make: () => unknown;
  /** Whether the daemon may have received the whole request. */
  readonly sent: boolean;
  /**
   * `"lost"`: the connection ended, and a retry may succeed. `"refused"`: the daemon took no request
   * on this connection. `"aborted"`: the caller has left.
   */
  readonly kind: "lost" | "refused" | "aborted" | "other";

  /**
   * Creates a failure.
   *
   * @param make Creates the error.
   * @param sent Whether the daemon may have received the whole request.
   * @param kind What happened, for code that handles kinds differently.
   */
  constructor(make: () => unknown, sent: boolean, kind: Failure["kind"] = "other") {
    this.#make = make;
    this.sent = sent;
    this.kind = kind;
  }

  /** The error for the caller. */
  get error(): unknown {
    return this.#make();
  }

  /**
   * The connection ended before the reply.
   *
   * @param sent Whether the daemon may have received the whole request.
   * @param cause The error of the connection, if there was one.
   */
  static lost(sent: boolean, cause?: unknown): Failure {
    return new Failure(() => new ConnectionLostError(sent, { cause }), sent, "lost");
  }

  /**
   * The daemon answered with an error and closed the connection, as it does when it cannot read its
   * configuration. It did not carry out the request.
   *
   * @param reason The daemon's reason code.
   * @param action The action of the request.
   */
  static refused(reason: string, action: Action): Failure {
    return new Failure(() => new DaemonError(reason, action), false, "refused");
  }

  /**
   * The client was closed before the reply.
   *
   * @param sent Whether the daemon may have received the whole request.
   */
  static closed(sent: boolean): Failure {
    return new Failure(() => new ClientClosedError(sent), sent);
  }

  /**
   * The caller aborted the call and gets the signal's reason.
   *
   * @param reason The signal's reason.
   * @param sent Whether the daemon may have received the whole request.
   */
  static aborted(reason: unknown, sent: boolean): Failure {
    return new Failure(() => reason, sent, "aborted");
  }

  /**
   * The reply breaks the protocol, or another error occurred instead of a reply.
   *
   * @param error The error.
   * @param sent Whether the daemon may have received the whole request.
   */
  static of(error: unknown, sent: boolean): Failure {
    const make = () => error instanceof ProtocolError ? new ProtocolError(error.problem) : error;
    return new Failure(make, sent);
  }
}

/** The outcome of one request. */
export type Outcome = RawResponse | Failure;

/** True when a lost request has changed nothing: it did not arrive, or it only reads. */
export function isHarmless(action: Action, sent: boolean): boolean {
  return !sent || action === "read" || action === "search" || action === "check";
}

/** True when the connection ended before the reply, so that a retry may succeed. */
export function isLost(outcome: Outcome): outcome is Failure {
  return outcome instanceof Failure && outcome.kind === "lost";
}
