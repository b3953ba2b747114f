/**
 * Calls: frames on their way through an exchange, and the groups that they are asked in.
 *
 * @module
 */

import type { Progress } from "./budget.ts";
import type { Frame } from "../protocol/encode.ts";
import type { Outcome } from "../protocol/outcome.ts";

/** Who asks. */
export interface Asker {
  /** Given the outcomes in the order of the frames. Must not throw. */
  take(outcomes: Outcome[]): void;
  /** Given what kept the frames from being sent. Must not throw. */
  fail(error: unknown): void;
}

/** Frames that were asked together and are answered together. */
export class Group {
  readonly #outcomes: Outcome[];
  readonly #asker: Pick<Asker, "take">;
  /** How far it has come, where somebody wants to know. */
  readonly progress: Progress | undefined;
  #left: number;

  constructor(size: number, asker: Pick<Asker, "take">, progress?: Progress) {
    this.progress = progress;
    this.#outcomes = new Array<Outcome>(size);
    this.#left = size;
    this.#asker = asker;
    // Nothing to wait for; later, because the asker is not ready yet.
  }

  settle(index: number, outcome: Outcome): void {
    this.#outcomes[index] = outcome;
    if (--this.#left === 0) this.#asker.take(this.#outcomes);
  }
}

/** One frame on its way. */
export class Call {
  readonly frame: Frame;
  /** When it is late, in milliseconds of `performance.now()`. */
  readonly deadline: number;
  /** The allowance that the deadline was made with, in ms. */
  readonly timeout: number;
  /** Whether the whole line may have reached the daemon. */
  sent = false;
  /** Whether its outcome is known. A settled call that was sent is a tombstone. */
  settled = false;
  readonly #group: Group;
  readonly #index: number;

  constructor(group: Group, index: number, frame: Frame, deadline: number, timeout: number) {
    this.#group = group;
    this.#index = index;
    this.frame = frame;
    this.deadline = deadline;
    this.timeout = timeout;
  }

  /** @param hint What it may mean when no reply comes. */
  goesOut(hint: string | undefined): void {
    this.sent = true;
    const { progress } = this.#group;
    if (progress === undefined) return;
    progress.sent = true;
    progress.hint = hint;
  }

  /** Ends the call for its caller. The first outcome counts. */
  settle(outcome: Outcome): void {
    if (this.settled) return;
    this.settled = true;
    this.#group.settle(this.#index, outcome);
  }
}
