/**
 * An operation, shared by both clients: a generator that yields requests and receives their
 * outcomes. An asynchronous or a synchronous session runs it.
 *
 * @module
 */

import { DaemonError } from "../errors/request.ts";
import { encodeFrame, type Frame, splitBatch } from "../protocol/encode.ts";
import type { RawResponse, RawResult } from "../protocol/envelope.ts";
import { Failure, type Outcome } from "../protocol/outcome.ts";
import { valuesIn } from "../protocol/verify_reply.ts";
import { Denial } from "./denial.ts";

/** An operation under way. */
export type Operation<T> = Generator<readonly Frame[], T, readonly Outcome[]>;

/** @returns The problem of an outcome that is not a success, else `undefined`. */
export function problemOf(frame: Frame, outcome: Outcome): unknown {
  if (outcome instanceof Failure) return outcome.error;
  const { status, reason = status } = outcome;
  if (status === "success") return undefined;
  return status === "denied" ? new Denial(frame, reason) : new DaemonError(reason, frame.action);
}

/**
 * @returns The reply.
 * @throws The problem, if the outcome is not a success.
 */
export function unwrap(frame: Frame, outcome: Outcome): RawResponse {
  if ("status" in outcome && outcome.status === "success") return outcome;
  throw problemOf(frame, outcome);
}

export function writeFrames(service: string, entries: ReadonlyMap<string, string>): Frame[] {
  return splitBatch({
    action: "write",
    service,
    targets: [...entries.keys()],
    values: [...entries.values()],
  });
}

export function succeeded(outcomes: readonly Outcome[]): boolean {
  return outcomes.every((outcome) => !(outcome instanceof Failure) && outcome.status === "success");
}

function resultsOf(frames: readonly Frame[], outcomes: readonly Outcome[]): RawResult[] {
  const [first, ...more] = frames.map((frame, at) => unwrap(frame, outcomes[at]!).results ?? []);
  return more.length === 0 ? first as RawResult[] : first!.concat(...more);
}

/** The plain values of all requests by name. */
export function valuesOf(
  frames: readonly Frame[],
  outcomes: readonly Outcome[],
): ReadonlyMap<string, string> {
  if (frames.length === 1) return valuesIn(unwrap(frames[0]!, outcomes[0]!));
  return new Map(frames.flatMap((frame, at) => [...valuesIn(unwrap(frame, outcomes[at]!))]));
}

export function* query(
  action: "read" | "search",
  service: string,
  targets: readonly string[],
): Operation<RawResult[]> {
  const all = action === "search" && targets.length === 0;
  const frames = all
    ? [encodeFrame({ action, service })]
    : splitBatch({ action, service, targets });
  return resultsOf(frames, yield frames);
}
