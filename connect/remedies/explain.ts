/**
 * Turns a problem with a running daemon into an error that says what to type. Loaded at the first
 * problem. Remedies are derived from facts about this machine.
 *
 * @module
 */

import { Denial, type Destination } from "../../src/client/denial.ts";
import type { Route } from "../../src/client/dial.ts";
import { ConnectionLostError, TimeoutError } from "../../src/errors/connection.ts";
import { PartialFailureError } from "../../src/errors/request.ts";
import { atOnce, identify, inTurns } from "../caller_identity.ts";
import { denied } from "./denied.ts";
import { type Machine, machineOf } from "./machine.ts";
import { closedWithoutReply, noReply } from "./no_reply.ts";

/** @returns The error for the caller. The event loop runs while the executable is read. */
export function explain(problem: unknown, place: Destination, route: Route): Promise<unknown> {
  return inTurns(explained(problem, place, machineOf(route.system)));
}

/** The same without a promise. */
export function explainSync(problem: unknown, place: Destination, route: Route): unknown {
  return atOnce(explained(problem, place, machineOf(route.system)));
}

function* explained(
  problem: unknown,
  place: Destination,
  machine: Machine,
): Generator<void, unknown> {
  if (problem instanceof Denial) {
    const { reason, frame: { service, action } } = problem;
    const executable = yield* identify(true, machine.files);
    return denied({ reason, service, action }, executable, place, machine);
  }
  if (problem instanceof PartialFailureError) {
    problem.cause = yield* explained(problem.cause, place, machine);
    return problem;
  }
  if (problem instanceof ConnectionLostError) {
    const known = closedWithoutReply(place, yield* identify(false, machine.files));
    if (known === undefined) return problem;
    const { cause, sent } = problem;
    return new ConnectionLostError(sent, { cause, hint: known.advice, remedy: known.remedy });
  }
  if (problem instanceof TimeoutError && problem.sent) {
    const known = noReply(place, machine);
    if (known === undefined) return problem;
    return new TimeoutError("reply", problem.timeout, true, known.advice, known.remedy);
  }
  return problem;
}
