/**
 * Problems that facts about this machine can explain.
 *
 * @module
 */

import { ConnectionLostError, TimeoutError } from "../errors/connection.ts";
import { PartialFailureError } from "../errors/request.ts";
import type { Frame } from "../protocol/encode.ts";
import type { PeerCredentials } from "../transport.ts";

/** A denial without the calling program, whose look-up takes a while. */
export class Denial {
  readonly frame: Frame;
  readonly reason: string;

  constructor(frame: Frame, reason: string) {
    this.frame = frame;
    this.reason = reason;
  }
}

/** Where a problem occurred. */
export interface Destination {
  readonly endpoint: string;
  /** Who listens there. */
  readonly peer?: PeerCredentials | undefined;
  /** False when the last connection ended before the daemon had answered on it. */
  readonly answered?: boolean;
}

/** The connection that carried a request. */
interface Carrier {
  retire(): void;
}

const carriers = new WeakMap<Frame, Carrier>();

/**
 * Remembers the connection on which a request was denied, because the daemon binds its policy to
 * the connection.
 */
export function noteDenial(frame: Frame, carrier: Carrier): void {
  carriers.set(frame, carrier);
}

/** @returns The connection on which a request was denied, if that is the problem. */
export function denierOf(problem: unknown): Carrier | undefined {
  const root = rootOf(problem);
  return root instanceof Denial ? carriers.get(root.frame) : undefined;
}

/** @returns Whether facts about this machine may explain a problem and give a remedy. */
export function isExplainable(problem: unknown): boolean {
  const root = rootOf(problem);
  return root instanceof Denial || root instanceof ConnectionLostError ||
    (root instanceof TimeoutError && root.sent);
}

/** @returns The error that made a batch fail in part, or the problem itself. */
function rootOf(problem: unknown): unknown {
  return problem instanceof PartialFailureError ? rootOf(problem.cause) : problem;
}
