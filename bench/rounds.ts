/** Takes turns between contenders. */
import { type Contender, type Samples, Worker } from "./worker.ts";

/** What each contender measured, run by run. */
export type Runs = Map<string, Samples[]>;

/** Calls `each` for every item, `count` times, in the order given and backwards by turns. */
export async function rounds<T>(
  items: readonly T[],
  count: number,
  each: (item: T, round: number) => Promise<void>,
): Promise<void> {
  for (let round = 0; round < count; round++) {
    const order = round % 2 === 0 ? items : items.toReversed();
    for (const item of order) await each(item, round);
  }
}

/** What one contender does in each round. */
export interface Work {
  contender: Contender;
  /** A task and its count, `exact 500`; and what comes before the first round. */
  task: readonly [string, number];
  warmUp: readonly [string, number];
  /** How often the warm-up is done. Default: once. */
  warmUps?: number;
  /** The name under which the samples are kept; the contender's when left out. */
  as?: string;
}

/** Starts every contender once, warms it up, and has them work by turns. */
export async function takeTurns(
  works: readonly Work[],
  count: number,
  options: {
    core?: number;
    around?: (worker: Worker, run: () => Promise<void>, as: string) => Promise<void>;
  } = {},
): Promise<Runs> {
  const runs: Runs = new Map();
  const workers = new Map<string, Worker>();
  try {
    for (const { contender, warmUp, warmUps = 1, as } of works) {
      const worker = workers.get(contender.name) ?? new Worker(contender, options.core);
      workers.set(contender.name, worker);
      for (let i = 0; i < warmUps; i++) await worker.run(...warmUp);
      runs.set(as ?? contender.name, []);
    }
    await rounds(works, count, async ({ contender, task, as }) => {
      const worker = workers.get(contender.name)!;
      const run = async () => {
        runs.get(as ?? contender.name)!.push(await worker.run(...task));
      };
      await (options.around ? options.around(worker, run, as ?? contender.name) : run());
    });
  } finally {
    await Promise.all([...workers.values()].map((worker) => worker.stop()));
  }
  return runs;
}
