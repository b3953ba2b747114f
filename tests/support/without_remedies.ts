/** What a session gets from outside, for tests that need no look at this machine. */
import type { SessionHost } from "../../src/client/session.ts";
import { Failure } from "../../src/protocol/outcome.ts";

export const withoutRemedies: Omit<SessionHost, "route"> = {
  explain: (problem) => Promise.resolve(problem),
  noRoute: ({ errors }) => Promise.resolve(new Failure(() => errors[0]?.[1], false)),
};
