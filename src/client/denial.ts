/**
 * Problems that a look at this machine explains.
 *
 * @module
 */

import { ConnectionLostError, TimeoutError } from "../errors/connection.ts";
import { PartialFailureError } from "../errors/request.ts";
import type { Frame } from "../protocol/encode.ts";
import type { PeerCredentials } from "../transport.ts";

/** A denial before the calling program was looked up, which takes a while. */
export class Denial {
  readonly frame: Frame;
  readonly reason: string;

  constructor(frame: Frame, reason: string) {
    this.frame = frame;
    this.reason = reason;
  }
}

/** Where a problem came up. */
export interface Destination {
  readonly endpoint: string;
  /** Who listens there. */
  readonly peer?: PeerCredentials | undefined;
  /** False when the last connection ended before the daemon had answered on it. */
  readonly answered?: boolean;
}

/** What carried a request. */
interface Carrier {
  retire(): void;
}

const carriers = new WeakMap<Frame, Carrier>();

/** Keeps in mind which connection a request was denied on: the daemon binds its policy to that. */
export function noteDenial(frame: Frame, carrier: Carrier): void {
  carriers.set(frame, carrier);
}

/** @returns The connection on which a request was denied, if that is the problem. */
export function denierOf(problem: unknown): Carrier | undefined {
  const root = rootOf(problem);
  return root instanceof Denial ? carriers.get(root.frame) : undefined;
}

/** @returns Whether a look at this machine may explain a problem, and say what to do. */
export function isExplainable(problem: unknown): boolean {
  const root = rootOf(problem);
  return root instanceof Denial || root instanceof ConnectionLostError ||
    (root instanceof TimeoutError && root.sent);
}

/** @returns What made a batch fail in part, or the problem itself. */
function rootOf(problem: unknown): unknown {
  return problem instanceof PartialFailureError ? rootOf(problem.cause) : problem;
}
