/** What every figure is given: tools, settings, and where to put what it measured. */
import type { Contender } from "./worker.ts";
import { summarize, type Summary } from "./stats.ts";
import type { Runs } from "./rounds.ts";
import type { Toolchain } from "./toolchain.ts";

/** One measured figure of one contender. */
export interface Measurement extends Summary {
  figure: string;
  contender: string;
  runtime: string;
  unit: string;
}

/** A figure beside the bar that it must hold. */
export interface BarResult {
  /** The row of the table. */
  bar: string;
  /** What was measured: runtime, transport, free or pinned. */
  subject: string;
  /** The bar; for comparison only where none is set. */
  limit: number | undefined;
  value: number;
  /** The same figure of bare FFI calls and JSON, where that is the limit. */
  bare?: number;
  unit: string;
  met: boolean | undefined;
}

/** A run of the benchmark. */
export class Bench {
  readonly tools: Toolchain;
  readonly quick: boolean;
  readonly measurements: Measurement[] = [];
  readonly bars: BarResult[] = [];
  readonly skipped: { name: string; reason: string }[] = [];
  readonly invalid: string[] = [];

  constructor(tools: Toolchain, quick: boolean) {
    this.tools = tools;
    this.quick = quick;
    this.skipped.push(...tools.skipped);
  }

  /** The number for a full run, or for a quick one. */
  amount(full: number, quick: number): number {
    return this.quick ? quick : full;
  }

  /** Records one contender's runs, given in nanoseconds (or in `unit` when `divide` is 1). */
  record(
    figure: string,
    contender: { name: string; runtime: string },
    runs: readonly (readonly number[])[],
    unit: string,
    divide = unit === "ms" ? 1e6 : unit === "µs" ? 1e3 : 1,
  ): Measurement {
    const { name, runtime } = contender;
    const measurement = {
      figure,
      contender: name,
      runtime,
      unit,
      ...summarize(runs, divide),
    };
    this.measurements.push(measurement);
    const { median, p99, samples } = measurement;
    console.log(`  ${name.padEnd(34)} ${show(median)} ${unit}   p99 ${show(p99)}   (${samples})`);
    return measurement;
  }

  /** Records the runs of several contenders. */
  recordAll(figure: string, contenders: readonly Contender[], runs: Runs, unit: string): void {
    for (const contender of contenders) {
      this.record(figure, contender, runs.get(contender.name) ?? [], unit);
    }
  }

  /** Holds a value against its bar; `bare` is what FFI calls and JSON alone come to. */
  bar(
    bar: string,
    subject: string,
    limit: number | undefined,
    value: number,
    unit = "",
    bare?: number,
  ): void {
    const met = limit === undefined ? undefined : value <= limit;
    const digits = (figure: number): number => Number(figure.toPrecision(4));
    const beside = bare === undefined ? {} : { bare: digits(bare) };
    this.bars.push({ bar, subject, limit, value: digits(value), ...beside, unit, met });
    const verdict = met === undefined ? "" : met ? " met" : " NOT MET";
    const set = limit === undefined ? "no bar set" : `bar ${limit}${unit}`;
    const alone = bare === undefined ? "" : `, bare ${show(bare)}${unit}`;
    console.log(`  ${bar} · ${subject}: ${show(value)}${unit} (${set}${alone})${verdict}`);
  }

  /** Says what was left out, and why. */
  skip(name: string, reason: string): void {
    this.skipped.push({ name, reason });
    console.log(`  skipped ${name}: ${reason}`);
  }
}

/** A number in at most four digits. */
export function show(value: number): string {
  return value >= 1000 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}
