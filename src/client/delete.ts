/**
 * Deletes names whether or not they exist. The daemon stops at the first name that does not exist
 * and answers `internal_error`, after it has deleted the names before it. So a batch must contain
 * only existing names.
 *
 * A search finds which names exist. Where the policy forbids searches, names are deleted one by
 * one. A single name is deleted without a search. A name whose delete still gives `internal_error`
 * is looked up once more: if it does not exist it counts as missing, else the delete has failed.
 *
 * @module
 */

import { splitBatch } from "../protocol/encode.ts";
import { Denial } from "./denial.ts";
import { type Operation, query, unwrap } from "./operation.ts";
import { Tally } from "./tally.ts";

/** The outcome of a delete, by target. */
export interface Deleted {
  /** Targets that existed and are gone, in the caller's order. */
  readonly deleted: string[];
  /** Targets that did not exist, in the caller's order. */
  readonly missing: string[];
}

/** Deletes whole names. Idempotent. */
export function* deleteTargets(service: string, targets: readonly string[]): Operation<Deleted> {
  const tally = new Tally("delete");
  const look = (names: readonly string[]) => findGone(service, names);
  const existing = targets.length > 1 ? yield* foundBySearch(service, targets) : undefined;
  const missing = existing ? targets.filter((target) => !existing.has(target)) : [];
  let left = existing ? targets.filter((target) => existing.has(target)) : targets;
  if (existing && left.length > 0) {
    const frames = splitBatch({ action: "delete", service, targets: left });
    left = yield* tally.take(frames, yield frames, look);
  }
  // Another program deleted a name in between, or the policy forbids searches: delete one by one.
  if (!existing || left.length > 0) {
    const frames = left.flatMap((target) =>
      splitBatch({ action: "delete", service, targets: [target] })
    );
    left = yield* tally.take(frames, yield frames, look, existing ? undefined : missing);
  }
  tally.end(left);
  const absent = new Set(missing);
  return {
    deleted: targets.filter((target) => !absent.has(target)),
    missing: targets.filter((target) => absent.has(target)),
  };
}

/** @returns A function that tells whether a name no longer exists. */
function* findGone(
  service: string,
  names: readonly string[],
): Operation<(target: string) => boolean> {
  const there = (yield* foundBySearch(service, names)) ?? (yield* namesIn("read", service, names));
  return (target) => !there.has(target);
}

/** @returns `undefined` when the policy forbids searching. */
function* foundBySearch(
  service: string,
  names: readonly string[],
): Operation<ReadonlySet<string> | undefined> {
  try {
    return yield* namesIn("search", service, names);
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
  return new Set((yield* query(action, service, names)).map(({ target }) => target));
}

export function* deletePrefix(
  service: string,
  prefixes: readonly string[],
): Operation<void> {
  const frames = splitBatch({ action: "delete", service, match: "prefix", targets: prefixes });
  const outcomes = yield frames;
  if (frames.length === 1) return void unwrap(frames[0]!, outcomes[0]!);
  const tally = new Tally("delete");
  const left = yield* tally.take(frames, outcomes, function* (doubtful) {
    const names = (yield* query("search", service, doubtful)).map((r) => r.target).sort();
    return (prefix) => !anyUnder(names, prefix);
  });
  tally.end(left);
}

function anyUnder(sorted: readonly string[], prefix: string): boolean {
  let from = 0;
  for (let to = sorted.length; from < to;) {
    const middle = (from + to) >> 1;
    if (sorted[middle]! < prefix) from = middle + 1;
    else to = middle;
  }
  return from < sorted.length && sorted[from]!.startsWith(prefix);
}
