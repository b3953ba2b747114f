/** Which cases of the suite do not run on Windows, and why. One without a reason fails the run. */
import { existsSync, readFileSync } from "node:fs";
import { skippedNames } from "../launcher/junit.ts";

/** As many skipped cases on one runtime fail the run. */
export const MOST_SKIPPED = 30;

/** A case that was left out. */
export interface SkippedCase {
  readonly name: string;
  readonly reason: string | undefined;
}

const REASONS: readonly (readonly [RegExp, string])[] = [
  [/passes Deno's permission flags/, "only Deno has them"],
  [/^daemon answers all it has received after a half-close/, "a pipe has no half-close"],
  [/^daemon waits for a client that does not read/, "Bun takes all that is written to a pipe"],
  [/lets the 65th wait/, "Deno cannot open that many pipes"],
  [/^daemon survives clients that go away/, "Deno's pipe server does not survive such clients"],
  [/^kca doctor leads from missing Deno flags/, "only Deno has them"],
  [/^kca export --format shell/, "there is no POSIX shell"],
  [/^examples\/(?:deno|bun|node) gets/, "its kca is a script of a POSIX shell"],
  [/^examples\/(?:load|quickstart)/, "Node 20 runs no TypeScript"],
  [/^examples\/compile/, "Bun compiles nothing under Wine, and the others not this way"],
  [/^fault stopped|^a daemon that is closed while it is stopped/, "a pipe cannot be hidden"],
  [/is no shared runtime, signed or not$/, "another runtime makes such a program"],
  [/^Bun itself/, "only the recorded Bun can be asked, with a keyring"],
  [/^kca run (?:passes everything|--redact)/, "its program is a script of a POSIX shell"],
  [/^kca takes __proto__ from files/, "it runs env, a program of Unix"],
  [/^kca set --stdin does not let a terminal/, "there is no pseudo-terminal"],
  [/^failures holds what a script could not do/, "Deno does not pass the end of a pipe on"],
];

/** The skipped cases of a JUnit report. */
export function skippedCases(report: string): SkippedCase[] {
  if (!existsSync(report)) return [];
  return skippedNames(readFileSync(report, "utf8")).map((name) => ({
    name,
    reason: REASONS.find(([pattern]) => pattern.test(name))?.[1],
  }));
}
