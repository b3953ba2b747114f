/**
 * Retries requests whose connection was lost.
 *
 * @module
 */

import type { Frame } from "./encode.ts";
import { type Failure, isHarmless, isLost, type Outcome } from "./outcome.ts";

/**
 * The requests of a batch that may be sent once more.
 *
 * @example
 * ```ts
 * import { encodeFrame, Failure, Retry } from "@keychain-auth/client/core";
 *
 * const frames = (["read", "delete"] as const).map((action) =>
 *   encodeFrame({ action, service: "AgentSecrets", targets: ["KEY"] })
 * );
 * const retry = new Retry(frames, frames.map(() => Failure.lost(true)));
 * console.log(retry.frames.map(({ action }) => action)); // ["read"]: the delete may have been done
 * ```
 */
export class Retry {
  /** The requests. */
  readonly frames: readonly Frame[];
  readonly #places: readonly number[];
  readonly #outcomes: Outcome[];

  /**
   * Picks the requests.
   *
   * @param frames The batch.
   * @param outcomes Its outcomes; replaced by those of the second try.
   */
  constructor(frames: readonly Frame[], outcomes: Outcome[]) {
    this.#places = [...frames.keys()].filter((at) => retryable(frames[at]!, outcomes[at]!));
    this.frames = this.#places.map((place) => frames[place]!);
    this.#outcomes = outcomes;
  }

  /**
   * Replaces the outcomes by those of the retry.
   *
   * @param second The outcomes of {@linkcode Retry.frames}.
   * @returns All outcomes.
   */
  merge(second: readonly Outcome[]): Outcome[] {
    for (const [at, place] of this.#places.entries()) this.#outcomes[place] = second[at]!;
    return this.#outcomes;
  }

  /**
   * Gives up because there is no second connection.
   *
   * @param failure Returns the outcome of a request, given whether it was sent the first time.
   * @returns All outcomes.
   */
  giveUp(failure: (sent: boolean) => Failure): Outcome[] {
    for (const place of this.#places) {
      this.#outcomes[place] = failure((this.#outcomes[place] as Failure).sent);
    }
    return this.#outcomes;
  }
}

/** True when a request may be sent once more. */
function retryable({ action }: Frame, outcome: Outcome): boolean {
  return isLost(outcome) && isHarmless(action, outcome.sent);
}
