/**
 * The outcome of a batch whose requests had different outcomes.
 *
 * @module
 */

import { KeychainAuthError } from "../errors/base.ts";
import { DaemonError, PartialFailureError } from "../errors/request.ts";
import { encodeFrame, type Frame } from "../protocol/encode.ts";
import { Failure, type Outcome } from "../protocol/outcome.ts";
import { Denial } from "./denial.ts";
import { type Operation, problemOf } from "./operation.ts";

/** Counts the targets of a batch by their outcome. */
export class Tally {
  readonly #action: "write" | "delete";
  readonly #applied: string[] = [];
  readonly #failed: string[] = [];
  readonly #unknown: string[] = [];
  #first: unknown;

  constructor(action: "write" | "delete") {
    this.#action = action;
  }

  /**
   * Counts the targets of some requests, and asks the daemon about those whose outcome is not known.
   *
   * @param frames The requests.
   * @param outcomes Their outcomes.
   * @param ask Returns a function that tells whether a target is done.
   * @param done Receives the targets that are done although the daemon answered with an error.
   * @returns Targets that the daemon answered with an error and that are not done.
   * @throws The problem of the request, when it is the only one.
   */
  *take(
    frames: readonly Frame[],
    outcomes: readonly Outcome[],
    ask: (doubtful: readonly string[]) => Operation<(target: string) => boolean>,
    done: string[] = this.#applied,
  ): Operation<string[]> {
    const answered: string[] = [];
    const lost: string[] = [];
    const alone = frames.length === 1 && this.#first === undefined;
    let late = false;
    for (const [index, frame] of frames.entries()) {
      const outcome = outcomes[index]!;
      const problem = problemOf(frame, outcome);
      let list = problem === undefined ? this.#applied : answered;
      if (outcome instanceof Failure) {
        if (outcome.kind === "aborted" || alone) throw problem;
        late ||= outcome.kind !== "lost" && outcome.kind !== "refused";
        list = outcome.sent ? lost : this.#failed;
      } else if (outcome.status === "denied" || outcome.reason === "malformed_request") {
        list = this.#failed;
      }
      list.push(...frame.targets);
      this.#first ??= problem;
    }
    const doubtful = [...answered, ...lost];
    if (doubtful.length === 0) return [];
    let isDone: ((target: string) => boolean) | undefined;
    try {
      // After a timeout, the caller no longer waits: send nothing more.
      if (!late) isDone = yield* ask(doubtful);
    } catch (problem) {
      // The policy forbids the read, or the daemon is gone: the outcomes stay unknown.
      if (!(problem instanceof Denial || problem instanceof KeychainAuthError)) throw problem;
      if (problem instanceof DaemonError && lost.length === 0 && (yield* refuses(frames[0]!))) {
        return answered;
      }
    }
    // A lost request may still be under way: the daemon has not answered.
    for (const target of isDone === undefined ? doubtful : lost) {
      (isDone?.(target) ? this.#applied : this.#unknown).push(target);
    }
    if (isDone === undefined) return [];
    const left: string[] = [];
    for (const target of answered) (isDone(target) ? done : left).push(target);
    return left;
  }

  /**
   * @param left Targets that failed and are not tried again.
   * @throws {PartialFailureError} Unless all is done, or nothing at all: then the first problem.
   */
  end(left: readonly string[]): void {
    const failed = [...this.#failed, ...left];
    const unknown = this.#unknown;
    if (failed.length === 0 && unknown.length === 0) return;
    if (this.#applied.length === 0 && unknown.length === 0) throw this.#first;
    throw new PartialFailureError(
      this.#action,
      { applied: this.#applied, failed, unknown },
      this.#first,
    );
  }
}

/**
 * Whether the daemon refuses every request with an error, because it cannot read its configuration:
 * it answers the first request of a connection and closes before the second.
 */
function* refuses({ service, targets }: Frame): Operation<boolean> {
  const read = () => encodeFrame({ action: "read", service, targets: targets.slice(0, 1) });
  const outcomes = yield [read(), read()];
  return outcomes.some((outcome) => outcome instanceof Failure && outcome.kind === "refused");
}
