/** Medians and percentiles of samples. */
import { median, quantile } from "simple-statistics";

/** One contender's figure, in the unit that it names. */
export interface Summary {
  /** Median of all samples of all runs. */
  median: number;
  p99: number;
  /** The lowest and highest median of one run. */
  runs: { count: number; lowest: number; highest: number };
  samples: number;
}

/** Sums up the runs of one contender; a run is a list of samples. */
export function summarize(runs: readonly (readonly number[])[], divide = 1): Summary {
  const all = runs.flat();
  const medians = runs.map((run) => median([...run]));
  const digits = (n: number) => Number((n / divide).toPrecision(5));
  return {
    median: digits(median(all)),
    p99: digits(quantile(all, 0.99)),
    runs: {
      count: runs.length,
      lowest: digits(Math.min(...medians)),
      highest: digits(Math.max(...medians)),
    },
    samples: all.length,
  };
}

/**
 * The ratio of two figures measured side by side: the median of the ratios of each run, so that a
 * machine that gets slower half way does not count for one side only.
 */
export function pairedRatio(
  runs: number,
  over: (run: number) => number,
  under: (run: number) => number,
): number {
  return median(Array.from({ length: runs }, (_, run) => over(run) / under(run)));
}

/** The same of two contenders' runs, by the median of each run. */
export function pairedMedians(
  over: readonly (readonly number[])[],
  under: readonly (readonly number[])[],
): number {
  return pairedRatio(
    over.length,
    (run) => median([...over[run]]),
    (run) => median([...under[run]]),
  );
}

export { median };
