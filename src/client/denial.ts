/**
 * Problems that the identity of the calling program explains.
 *
 * @module
 */

import { ConnectionLostError } from "../errors/connection.ts";
import { PartialFailureError } from "../errors/request.ts";
import type { Frame } from "../protocol/encode.ts";

/** A denial before the calling program was looked up, which takes a while. */
export class Denial {
  readonly frame: Frame;
  readonly reason: string;

  constructor(frame: Frame, reason: string) {
    this.frame = frame;
    this.reason = reason;
  }
}

/** @returns Whether the program's hash is needed, too; `undefined` when nothing is needed. */
export function needsIdentity(problem: unknown): boolean | undefined {
  if (problem instanceof Denial) return true;
  if (problem instanceof PartialFailureError && problem.cause instanceof Denial) return true;
  return problem instanceof ConnectionLostError ? false : undefined;
}
