/**
 * Operations on their way through an asynchronous session. Callbacks instead of promises: a step that
 * needs not wait costs no turn of the queue that promises are settled by.
 *
 * @module
 */

import type { Budget } from "./budget.ts";
import type { Asker } from "./call.ts";
import { type Frame, wipe } from "../protocol/encode.ts";
import type { Operation } from "./operations.ts";
import { Failure, isLost, type Outcome } from "../protocol/outcome.ts";

/** What a run needs of its session. */
export interface Sender {
  /**
   * Sends frames.
   *
   * @throws What keeps them from being sent, unless the asker is told later.
   */
  send(frames: readonly Frame[], budget: Budget, asker: Asker): void;
  /** Sends once more those that were lost and may be repeated. @returns The outcomes of all. */
  repeat(frames: readonly Frame[], outcomes: Outcome[], budget: Budget): Promise<Outcome[]>;
  /** @returns The error that a caller is to see for what went wrong. */
  explained(problem: unknown): Promise<unknown>;
}

/** One operation. */
export class Run<T> implements Asker {
  readonly #sender: Sender;
  readonly #operation: Operation<T>;
  readonly #budget: Budget;
  readonly #resolve: (value: T) => void;
  readonly #reject: (error: unknown) => void;
  #frames: readonly Frame[] = [];

  /**
   * @param sender Who sends what the operation yields.
   * @param operation What to do.
   * @param budget The caller's limits.
   * @param resolve Given what it returns. Must not throw.
   * @param reject Given what went wrong. Must not throw.
   */
  constructor(
    sender: Sender,
    operation: Operation<T>,
    budget: Budget,
    resolve: (value: T) => void,
    reject: (error: unknown) => void,
  ) {
    this.#sender = sender;
    this.#operation = operation;
    this.#budget = budget;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  /** Begins. */
  start(): void {
    this.#next([]);
  }

  take(outcomes: Outcome[]): void {
    if (!outcomes.some(isLost)) return this.#next(outcomes);
    this.#sender.repeat(this.#frames, outcomes, this.#budget).then(
      (repeated) => this.#next(repeated),
      (error) => this.fail(error),
    );
  }

  /** The operation may know what was done before: it is told what became of each frame. */
  fail(error: unknown): void {
    if (this.#frames.length === 0) return this.#explain(error);
    const end = this.#budget.signal?.aborted ? Failure.aborted : Failure.of;
    this.#next(this.#frames.map(() => end(error, false)));
  }

  #next(outcomes: Outcome[]): void {
    this.#wipe(outcomes);
    try {
      this.#go(this.#operation.next(outcomes));
    } catch (problem) {
      this.#explain(problem);
    }
  }

  #go(step: IteratorResult<readonly Frame[], T>): void {
    if (step.done) return this.#resolve(step.value);
    this.#frames = step.value;
    try {
      this.#sender.send(step.value, this.#budget, this);
    } catch (error) {
      this.fail(error);
    }
  }

  /** What was sent may still be on its way out: the exchange overwrites it behind that. */
  #wipe(outcomes: readonly Outcome[]): void {
    for (let index = 0; index < this.#frames.length; index++) {
      const outcome = outcomes[index];
      if (!(outcome instanceof Failure && outcome.sent)) wipe(this.#frames[index]!);
    }
  }

  #explain(problem: unknown): void {
    this.#sender.explained(problem).then(this.#reject, this.#reject);
  }
}
