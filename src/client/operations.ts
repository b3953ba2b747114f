/**
 * What a service can do, written once for both clients: a generator yields frames to send and is
 * given their outcomes. An asynchronous and a synchronous driver run it.
 *
 * @module
 */

import { checkRequest } from "./validate.ts";
import { KeychainAuthError } from "../errors/base.ts";
import { DeniedError, type Executable } from "../errors/denied.ts";
import { DaemonError, PartialFailureError } from "../errors/request.ts";
import { Found } from "./found.ts";
import { encodeFrame, type Frame, splitBatch } from "../protocol/encode.ts";
import { Failure, type Outcome } from "../protocol/outcome.ts";
import type { Action, Match, Request, Response, Result } from "../protocol/envelope.ts";
import { Secret } from "./secret.ts";
import { SortedSecrets } from "./sorted_secrets.ts";

/** An operation under way. */
export type Operation<T> = Generator<readonly Frame[], T, Outcome[]>;

/** A denial before the calling executable was looked up, which takes a while. */
export class Denial {
  readonly #frame: Frame;
  readonly #reason: string;

  constructor(frame: Frame, reason: string) {
    this.#frame = frame;
    this.#reason = reason;
  }

  /** @param executable The calling program, where it is known. */
  toError(executable?: Executable): DeniedError {
    return new DeniedError(this.#reason, this.#frame.service, this.#frame.action, executable);
  }
}

/** @returns What went wrong, or `undefined`. */
export function problemOf(frame: Frame, outcome: Outcome): unknown {
  if (outcome instanceof Failure) return outcome.error;
  if (outcome.status === "success") return undefined;
  const reason = outcome.reason ?? outcome.status;
  return outcome.status === "denied"
    ? new Denial(frame, reason)
    : new DaemonError(reason, frame.action);
}

/** @throws What went wrong. */
export function unwrap(frame: Frame, outcome: Outcome): Response {
  const problem = problemOf(frame, outcome);
  if (problem !== undefined) throw problem;
  return outcome as Response;
}

/** The raw envelope. */
export function* raw(request: Request, all: boolean): Operation<Response> {
  checkRequest(request, all);
  // The reply is checked against what was asked, whatever the caller does with the list meanwhile.
  const frame = encodeFrame({ ...request, targets: request.targets && [...request.targets] });
  const [outcome] = yield [frame];
  return unwrap(frame, outcome!);
}

/** Reads and searches: everything that gives results. */
export function* query(
  action: "read" | "search",
  service: string,
  match: Match,
  targets: readonly string[],
): Operation<Result[]> {
  const frames = framesOf(action, service, match, targets);
  return resultsOf(frames, yield frames);
}

function framesOf(
  action: "read" | "search",
  service: string,
  match: Match,
  targets: readonly string[],
): readonly Frame[] {
  if (action === "search" && targets.length === 0) return [encodeFrame({ action, service })];
  return [...splitBatch({ action, service, match, targets })];
}

function resultsOf(frames: readonly Frame[], outcomes: readonly Outcome[]): Result[] {
  if (frames.length === 1) return (unwrap(frames[0]!, outcomes[0]!).results ?? []) as Result[];
  return frames.flatMap((frame, index) => unwrap(frame, outcomes[index]!).results ?? []);
}

/** Exact read for callers who each take a part of it. */
export function* find(service: string, targets: readonly string[]): Operation<Found> {
  const frames = framesOf("read", service, "exact", targets);
  return new Found(resultsOf(frames, yield frames));
}

/** Exact read of one secret. */
export function* readOne(service: string, target: string): Operation<string | undefined> {
  const frames = framesOf("read", service, "exact", [target]);
  const [result] = resultsOf(frames, yield frames);
  return result && (result.value ?? "");
}

/** Exact read. */
export function* read(service: string, targets: readonly string[]): Operation<Map<string, Secret>> {
  return secretsOf(yield* query("read", service, "exact", targets));
}

/** Prefix read, sorted by name. */
export function* readPrefix(
  service: string,
  prefixes: readonly string[],
): Operation<SortedSecrets> {
  return new SortedSecrets(yield* query("read", service, "prefix", prefixes));
}

/** Search, sorted names. */
export function* search(service: string, prefixes: readonly string[]): Operation<string[]> {
  const results = yield* query("search", service, "exact", prefixes);
  return [...new Set(results.map(({ target }) => target))].sort();
}

/** Batch write. */
export function* write(service: string, entries: ReadonlyMap<string, string>): Operation<void> {
  const targets = [...entries.keys()];
  const values = [...entries.values()];
  const frames = [...splitBatch({ action: "write", service, targets, values })];
  const tally = new Tally("write");
  // A request that failed may have been carried out in part: read back what the daemon has now.
  const left = yield* tally.take(frames, yield frames, function* (doubtful) {
    const found = yield* query("read", service, "exact", doubtful);
    const stored = new Map(found.map(({ target, value = "" }) => [target, value]));
    return (target) => stored.get(target) === entries.get(target);
  });
  tally.end(left);
}

/** What became of the targets of a batch, as far as anybody can tell. */
export class Tally {
  readonly #action: Action;
  readonly #applied: string[] = [];
  readonly #failed: string[] = [];
  readonly #unknown: string[] = [];
  #first: unknown;

  /** @param action What was asked. */
  constructor(action: Action) {
    this.#action = action;
  }

  /**
   * Counts the targets of some requests, asking what became of them where that is possible.
   *
   * @param ask Gives a function that tells whether a target is done.
   * @param done Where targets go that are done although the daemon answered with an error.
   * @returns Targets that the daemon answered with an error and that are not done.
   * @throws What went wrong with the only request that was made.
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
        if (outcome.left || alone) throw problem;
        late ||= !outcome.lost;
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
      // A timeout ends the call for its caller: nothing is asked again behind it.
      if (!late) isDone = yield* ask(doubtful);
    } catch (problem) {
      // It may not look, or the daemon is gone: they stay unknown.
      if (!(problem instanceof Denial || problem instanceof KeychainAuthError)) throw problem;
    }
    // One that was lost and is not done may be under way still: the daemon has not answered.
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

function secretsOf(results: readonly Result[]): Map<string, Secret> {
  const map = new Map<string, Secret>();
  // The daemon leaves an empty value out.
  for (const { target, value = "" } of results) map.set(target, new Secret(value));
  return map;
}
