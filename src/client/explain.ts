/**
 * The error for the caller, once the calling program is known.
 *
 * @module
 */

import { ConnectionLostError } from "../errors/connection.ts";
import { DeniedError, type Executable } from "../errors/denied.ts";
import { PartialFailureError } from "../errors/request.ts";
import { Denial } from "./denial.ts";

/**
 * @param problem The problem.
 * @param executable The calling program, where it is known.
 */
export function explain(problem: unknown, executable: Executable | undefined): unknown {
  if (problem instanceof Denial) return denied(problem, executable);
  if (problem instanceof PartialFailureError && problem.cause instanceof Denial) {
    problem.cause = denied(problem.cause, executable);
  }
  // The daemon closes without a reply when it cannot find the caller's executable.
  if (problem instanceof ConnectionLostError && executable?.replaced) {
    const hint =
      `The executable ${executable.path} was replaced or deleted while it runs, and the ` +
      "daemon closes such connections. Start the program again";
    return new ConnectionLostError(problem.sent, { cause: problem.cause, hint });
  }
  return problem;
}

function denied({ frame, reason }: Denial, executable: Executable | undefined): DeniedError {
  return new DeniedError(reason, frame.service, frame.action, executable);
}
