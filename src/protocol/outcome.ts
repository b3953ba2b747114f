/**
 * How one request ended, as the layers between connection and caller tell each other.
 *
 * @module
 */

import { ClientClosedError, ConnectionLostError } from "../errors/connection.ts";
import type { Response } from "./envelope.ts";

/** A request that got no usable reply. */
export class Failure {
  /** What the caller gets, unless the request is repeated. */
  readonly error: unknown;
  /** Whether the daemon may have received the whole request. */
  readonly sent: boolean;
  /** Whether the connection ended under it, so that another one may serve. */
  readonly lost: boolean;
  /** Whether the caller left by an abort, and wants its reason and nothing else. */
  readonly left: boolean;

  private constructor(error: unknown, sent: boolean, lost: boolean, left = false) {
    this.error = error;
    this.sent = sent;
    this.lost = lost;
    this.left = left;
  }

  /** The connection ended before the reply. */
  static lost(sent: boolean, cause?: unknown): Failure {
    return new Failure(new ConnectionLostError(sent, { cause }), sent, true);
  }

  /** The client was closed before the reply. */
  static closed(sent: boolean): Failure {
    return new Failure(new ClientClosedError(sent), sent, false);
  }

  /** The call was aborted before the reply. */
  static aborted(reason: unknown, sent: boolean): Failure {
    return new Failure(reason, sent, false, true);
  }

  /** Anything else: a timeout, a reply out of step. */
  static of(error: unknown, sent: boolean): Failure {
    return new Failure(error, sent, false);
  }
}

/** Whether the connection ended under a request, so that another one may serve. */
export function isLost(outcome: Outcome): boolean {
  return outcome instanceof Failure && outcome.lost;
}

/** How one request ended. */
export type Outcome = Response | Failure;

/** What the daemon tells an executable that it does not know, before it closes. */
export const UNREGISTERED = "unregistered_binary_pending_approval";
