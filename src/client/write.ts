/**
 * The outcome of a batch write that did not succeed as a whole.
 *
 * @module
 */

import type { Frame } from "../protocol/encode.ts";
import type { Outcome } from "../protocol/outcome.ts";
import type { Operation } from "./operation.ts";
import { find } from "./read.ts";
import { Tally } from "./tally.ts";

/**
 * Finds out which targets were written. A failed request may have been partly carried out, so the
 * values are read back.
 *
 * @param service The service.
 * @param entries What was to be written.
 * @param frames The requests.
 * @param outcomes Their outcomes.
 * @throws {PartialFailureError} When only some were written; the problem itself when none was.
 */
export function* settleWrite(
  service: string,
  entries: ReadonlyMap<string, string>,
  frames: readonly Frame[],
  outcomes: readonly Outcome[],
): Operation<void> {
  const tally = new Tally("write");
  const left = yield* tally.take(frames, outcomes, function* (doubtful) {
    const stored = yield* find(service, doubtful);
    return (target) => stored.get(target) === entries.get(target);
  });
  tally.end(left);
}
