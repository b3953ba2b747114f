/** Medians and ratios of medians. */
import { median } from "simple-statistics";

/** Samples of each contender, run by run. */
export type Runs = Map<string, number[][]>;

/** The median of what the runs gave, beside the lowest and the highest of them. */
export interface Swing {
  value: number;
  lowest: number;
  highest: number;
}

/**
 * A figure of each run. Samples of different runs are never put together: when the machine gets
 * slower half way, medians of all of them would come from the one half or from the other.
 */
function swing(runs: readonly number[][][], figure: (samples: number[][]) => number): Swing {
  const each = runs.map(figure);
  return { value: median(each), lowest: Math.min(...each), highest: Math.max(...each) };
}

/** Another figure of the same samples. */
export function mapSamples<T>(runs: Map<string, T[][]>, of: (sample: T) => number): Runs {
  return new Map([...runs].map(([name, list]) => [name, list.map((run) => run.map(of))]));
}

/** The samples of some contenders, run by run. */
function pick(runs: Runs, names: readonly string[]): number[][][] {
  const lists = names.map((name) => {
    const list = runs.get(name);
    if (!list?.[0]?.length) throw new Error(`"${name}" was not measured`);
    return list;
  });
  return lists[0].map((_, run) => lists.map((list) => list[run]));
}

/** The median of one contender. */
export function medianOf(runs: Runs, name: string): Swing {
  return swing(pick(runs, [name]), ([samples]) => median(samples));
}

/** The ratio of two contenders' medians. */
export function ratio(runs: Runs, over: string, under: string): Swing {
  return swing(pick(runs, [over, under]), ([a, b]) => median(a) / median(b));
}

/** What a contender's median is beyond another's. */
export function beyond(runs: Runs, name: string, empty: string): Swing {
  return swing(pick(runs, [name, empty]), ([a, b]) => median(a) - median(b));
}

/** The ratio of what two contenders take beyond a third. */
export function ratioBeyond(runs: Runs, over: string, under: string, empty: string): Swing {
  return swing(
    pick(runs, [over, under, empty]),
    ([a, b, e]) => (median(a) - median(e)) / (median(b) - median(e)),
  );
}

/** The same figure in another unit. */
export function scale({ value, lowest, highest }: Swing, factor: number): Swing {
  return { value: value * factor, lowest: lowest * factor, highest: highest * factor };
}

/** A figure that does not swing. */
export function exactly(value: number): Swing {
  return { value, lowest: value, highest: value };
}
