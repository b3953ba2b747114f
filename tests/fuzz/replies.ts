/** Plays a run of reply cases and compares the library with the oracle. */
import { Random } from "./random.ts";
import { playCase } from "./reply_case.ts";

/** What a run showed. */
export interface Fuzzed {
  cases: number;
  /** How requests ended, and how often. */
  ends: Record<string, number>;
  discrepancies: number;
  /** The first of them. */
  examples: string[];
}

/**
 * Plays cases `from` to `from + cases - 1` of the seed.
 *
 * @param seed The same seed gives the same cases on every runtime.
 */
export function fuzzReplies(seed: number, from: number, cases: number): Fuzzed {
  const random = new Random();
  const fuzzed: Fuzzed = { cases, ends: {}, discrepancies: 0, examples: [] };
  for (let number = from; number < from + cases; number++) {
    random.restart(seed, number);
    let discrepancy: string | undefined;
    try {
      const judged = playCase(random);
      discrepancy = judged.discrepancy;
      for (const end of judged.ends) fuzzed.ends[end] = (fuzzed.ends[end] ?? 0) + 1;
    } catch (error) {
      discrepancy = error instanceof Error ? error.stack ?? error.message : String(error);
    }
    if (discrepancy === undefined) continue;
    fuzzed.discrepancies++;
    if (fuzzed.examples.length < 5) {
      fuzzed.examples.push(`case ${number} of seed ${seed}: ${discrepancy}`);
    }
  }
  return fuzzed;
}
