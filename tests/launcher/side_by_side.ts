/** Runs several suites at a time: two thirds of a suite's time is waiting, not computing. */
import { availableParallelism } from "node:os";

/**
 * Starts the tasks in order, at most `width` at a time, and waits for all.
 *
 * @param width How many run at a time; three for each core of the machine unless given.
 * @throws What the first failing task threw, after those that had started are done.
 */
export async function sideBySide(
  tasks: readonly (() => Promise<void>)[],
  width: number = 3 * availableParallelism(),
): Promise<void> {
  const waiting = [...tasks];
  const failures: unknown[] = [];
  const worker = async (): Promise<void> => {
    for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) {
      try {
        await task();
      } catch (error) {
        failures.push(error);
        waiting.length = 0;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, width) }, worker));
  if (failures.length > 0) throw failures[0];
}

/** Deals the files out, one by one, so that neighbours, which take about as long, are apart. */
export function inShares(files: readonly string[], count: number): string[][] {
  return Array.from({ length: count }, (_, share) => files.filter((_, at) => at % count === share))
    .filter((share) => share.length > 0);
}
