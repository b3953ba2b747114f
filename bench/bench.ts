/** What every figure is given: tools, settings, and where to put what it measured. */
import { exactly, type Swing } from "./stats.ts";
import type { Tools } from "./tools.ts";

/** A figure that has to stay below a bar. */
export interface BarResult extends Swing {
  /** The row of the table. */
  row: string;
  /** What was measured: runtime, transport, package or sources. */
  subject: string;
  limit: number;
  unit: string;
  met: boolean;
  /** The same by processor time, for which it matters less what else the machine is doing. */
  processor?: Swing;
}

/** A figure with no bar, for whoever compares. */
export interface Measurement extends Swing {
  figure: string;
  contender: string;
  unit: string;
}

/** A run of the benchmark. */
export class Bench {
  readonly tools: Tools;
  readonly quick: boolean;
  readonly bars: BarResult[] = [];
  readonly measurements: Measurement[] = [];
  readonly skipped: { name: string; reason: string }[] = [];
  readonly invalid: string[] = [];

  constructor(tools: Tools, quick: boolean) {
    this.tools = tools;
    this.quick = quick;
    this.skipped.push(...tools.skipped);
  }

  /** How often everything is measured anew, with new processes. */
  get runs(): number {
    return this.quick ? 1 : 5;
  }

  /** The number for a full run, or for a quick one. */
  amount(full: number, quick: number): number {
    return this.quick ? quick : full;
  }

  /** Does `each` for every item, `count` times in every run, forwards and backwards by turns. */
  async takeTurns<T extends { name: string }, S = number>(
    items: readonly T[],
    count: number,
    each: (item: T) => Promise<S[]>,
    run: (number: number, turns: () => Promise<void>) => Promise<void> = (_, turns) => turns(),
  ): Promise<Map<string, S[][]>> {
    const runs = new Map<string, S[][]>(items.map(({ name }) => [name, []]));
    for (let number = 0; number < this.runs; number++) {
      for (const list of runs.values()) list.push([]);
      await run(number, async () => {
        for (let round = 0; round < count; round++) {
          for (const item of round % 2 === 0 ? items : items.toReversed()) {
            runs.get(item.name)![number].push(...await each(item));
          }
        }
      });
    }
    return runs;
  }

  /** Records a figure that has no bar. */
  note(figure: string, contender: string, measured: Swing | number, unit: string): void {
    const swing = typeof measured === "number" ? exactly(measured) : measured;
    this.measurements.push({ figure, contender, unit, ...round(swing) });
    console.log(`  ${contender.padEnd(34)} ${show(swing)} ${unit}`);
  }

  /** Holds a figure against its bar. */
  hold(
    row: string,
    subject: string,
    limit: number,
    measured: Swing | number,
    unit: "×" | " kB" | " ms" | "" = "×",
    processor?: Swing,
  ): void {
    const swing = typeof measured === "number" ? exactly(measured) : measured;
    // A busy machine can make a rival take less than nothing.
    const met = swing.value <= limit && (unit !== "×" || swing.value > 0);
    const beside = processor && { processor: round(processor) };
    this.bars.push({ row, subject, limit, unit, met, ...round(swing), ...beside });
    const verdict = met ? "met" : "NOT MET";
    const also = processor ? `, by processor time ${show(processor, unit)}` : "";
    console.log(
      `  ${row} · ${subject}: ${show(swing, unit)}, bar ${limit}${unit}: ${verdict}${also}`,
    );
  }

  /** Says what was left out, and why. */
  skip(name: string, reason: string): void {
    this.skipped.push({ name, reason });
    console.log(`  skipped ${name}: ${reason}`);
  }
}

function round({ value, lowest, highest }: Swing): Swing {
  const digits = (n: number): number => Number(n.toPrecision(4));
  return { value: digits(value), lowest: digits(lowest), highest: digits(highest) };
}

/** A figure with its swing, each number in at most three digits. */
export function show({ value, lowest, highest }: Swing, unit = ""): string {
  const one = (n: number): string =>
    Math.abs(n) >= 1000 ? String(Math.round(n)) : String(Number(n.toPrecision(3)));
  const range = one(lowest) === one(highest) ? "" : ` (${one(lowest)} to ${one(highest)})`;
  return one(value) + unit + range;
}
