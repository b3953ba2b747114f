/**
 * The second try of requests whose connection was lost, as far as nothing speaks against it.
 *
 * @module
 */

import type { Frame } from "./encode.ts";
import { Failure, isLost, type Outcome } from "./outcome.ts";

/** Requests to send once more, and where their outcomes belong. */
export class Repeat {
  /** The requests. */
  readonly frames: readonly Frame[];
  readonly #places: readonly number[];
  readonly #outcomes: Outcome[];

  private constructor(frames: readonly Frame[], places: readonly number[], outcomes: Outcome[]) {
    this.frames = places.map((place) => frames[place]!);
    this.#places = places;
    this.#outcomes = outcomes;
  }

  /** @returns `undefined` when there is nothing to repeat. */
  static of(frames: readonly Frame[], outcomes: Outcome[]): Repeat | undefined {
    if (!outcomes.some(isLost)) return undefined;
    const places = [...frames.keys()].filter((at) => repeatable(frames[at]!, outcomes[at]!));
    return places.length === 0 ? undefined : new Repeat(frames, places, outcomes);
  }

  /** @returns All outcomes, with those of the second try. */
  merge(second: readonly Outcome[]): Outcome[] {
    for (const [at, place] of this.#places.entries()) {
      this.#outcomes[place] = second[at]!;
    }
    return this.#outcomes;
  }

  /**
   * Gives up because there is no second connection.
   *
   * @param failure What becomes of a request that was, or was not, sent the first time.
   * @returns All outcomes.
   */
  giveUp(failure: (sent: boolean) => Failure): Outcome[] {
    for (const place of this.#places) {
      this.#outcomes[place] = failure((this.#outcomes[place] as Failure).sent);
    }
    return this.#outcomes;
  }
}

/** Whether a request may be sent once more: it did not arrive, or it changes nothing. */
function repeatable({ action }: Frame, outcome: Outcome): boolean {
  if (!(outcome instanceof Failure) || !outcome.lost) return false;
  return !outcome.sent || action === "read" || action === "search" || action === "check";
}
