/**
 * Delete that means delete. The daemon stops at the first name that does not exist and answers
 * `internal_error`, with the names before it gone, so a batch must hold existing names only.
 *
 * Which names exist is found by a search where the policy allows one; where it does not, names are
 * deleted one by one. One name alone is deleted without looking first. What still answers
 * `internal_error` is looked up once more: gone means missing (or deleted by somebody else), there
 * means that it failed.
 *
 * @module
 */

import { DaemonError, PartialFailureError } from "./errors/request.ts";
import { type Frame, splitBatch } from "./frame.ts";
import { Failure, type Outcome } from "./outcome.ts";
import { Denial, isLeft, type Operation, problemOf, query, settleBatch } from "./operations.ts";

/** What became of each target. */
export interface Deleted {
  /** Targets that existed and are gone, in the caller's order. */
  readonly deleted: string[];
  /** Targets that did not exist, in the caller's order. */
  readonly missing: string[];
}

/** Exact delete, idempotent. */
export function* deleteTargets(service: string, targets: readonly string[]): Operation<Deleted> {
  if (targets.length > 1) {
    const existing = yield* existingBySearch(service, targets);
    if (existing !== undefined) return yield* deleteExisting(service, targets, existing);
  }
  return yield* deleteOneByOne(service, targets);
}

/** @returns `undefined` when the policy forbids searching. */
function* existingBySearch(
  service: string,
  targets: readonly string[],
): Operation<ReadonlySet<string> | undefined> {
  try {
    return yield* namesIn("search", service, targets);
  } catch (problem) {
    if (problem instanceof Denial) return undefined;
    throw problem;
  }
}

function* deleteExisting(
  service: string,
  targets: readonly string[],
  existing: ReadonlySet<string>,
): Operation<Deleted> {
  const found = targets.filter((target) => existing.has(target));
  const missing = targets.filter((target) => !existing.has(target));
  if (found.length === 0) return { deleted: [], missing };
  const frames = [...splitBatch({ action: "delete", service, targets: found })];
  const outcomes = yield frames;
  const fine = frames.every((frame, index) => problemOf(frame, outcomes[index]!) === undefined);
  if (fine) return { deleted: found, missing };
  if (!outcomes.some(isInternalError)) {
    yield* settleBatch("delete", frames, outcomes, (names) => goneBySearch(service, names));
    return { deleted: found, missing };
  }
  // Somebody else deleted one of them in between, or the keychain failed: find out one by one.
  const done = new Set(
    frames.flatMap((frame, index) =>
      problemOf(frame, outcomes[index]!) === undefined ? frame.targets : []
    ),
  );
  const doubtful = found.filter((target) => !done.has(target));
  const left = yield* existingBySearch(service, doubtful);
  const again = left === undefined ? doubtful : doubtful.filter((target) => left.has(target));
  if (left !== undefined) {
    for (const target of doubtful) {
      if (!left.has(target)) done.add(target);
    }
  }
  const rest = yield* deleteOneByOne(service, again, [...done]);
  const deleted = new Set([...done, ...rest.deleted]);
  return {
    deleted: targets.filter((target) => deleted.has(target)),
    missing: targets.filter((target) => !deleted.has(target)),
  };
}

function* goneBySearch(
  service: string,
  names: readonly string[],
): Operation<(target: string) => boolean> {
  const left = yield* namesIn("search", service, names);
  return (target) => !left.has(target);
}

function* deleteOneByOne(
  service: string,
  targets: readonly string[],
  before: readonly string[] = [],
): Operation<Deleted> {
  const frames: Frame[] = targets.flatMap((target) => [
    ...splitBatch({ action: "delete", service, targets: [target] }),
  ]);
  const outcomes: Outcome[] = frames.length === 0 ? [] : yield frames;
  const deleted: string[] = [];
  const doubtful: string[] = [];
  const failed: string[] = [];
  const unknown: string[] = [];
  let first: unknown;
  for (const [index, frame] of frames.entries()) {
    const outcome = outcomes[index]!;
    const problem = problemOf(frame, outcome);
    if (isLeft(outcome)) throw problem;
    const target = targets[index]!;
    if (problem === undefined) deleted.push(target);
    else if (isInternalError(outcome)) doubtful.push(target);
    else {
      first ??= problem;
      (outcome instanceof Failure && outcome.sent ? unknown : failed).push(target);
    }
  }
  const missing: string[] = [];
  if (doubtful.length > 0) {
    const exists = yield* existing(service, doubtful);
    for (const target of doubtful) {
      if (exists === undefined) unknown.push(target);
      else (exists.has(target) ? failed : missing).push(target);
    }
    if (missing.length < doubtful.length) first ??= new DaemonError("internal_error", "delete");
  }
  if (first === undefined) return { deleted, missing };
  const applied = [...before, ...deleted];
  if (targets.length === 1 && applied.length === 0 && unknown.length === 0) throw first;
  if (targets.length === 1 && !(first instanceof DaemonError)) throw first;
  if (failed.length === targets.length && applied.length === 0) throw first;
  throw new PartialFailureError("delete", { applied, failed, unknown }, first);
}

/** @returns Which names exist, by search or else by reading them; `undefined` if neither may be. */
function* existing(
  service: string,
  names: readonly string[],
): Operation<ReadonlySet<string> | undefined> {
  const found = yield* existingBySearch(service, names);
  if (found !== undefined) return found;
  try {
    return yield* namesIn("read", service, names);
  } catch (problem) {
    if (problem instanceof Denial) return undefined;
    throw problem;
  }
}

/** The names in the reply to a search or a read. */
function* namesIn(
  action: "search" | "read",
  service: string,
  names: readonly string[],
): Operation<ReadonlySet<string>> {
  return new Set((yield* query(action, service, "exact", names)).map(({ target }) => target));
}

function isInternalError(outcome: Outcome): boolean {
  return !(outcome instanceof Failure) && outcome.status === "error" &&
    outcome.reason === "internal_error";
}
