/** The record of a run, and where it is kept. */
import { fromFileUrl, join } from "@std/path";
import type { BarResult, Bench, Measurement } from "./bench.ts";
import { describeMachine, load, type Machine } from "./machine.ts";
import { chart } from "./report/chart.ts";
import { markdown } from "./report/table.ts";

/** What `results.json` holds. */
export interface Results {
  date: string;
  mode: "full" | "quick";
  /** The figures that were asked for, when not all of them. */
  only?: string[];
  seconds: number;
  machine: Machine;
  load: { before: number[]; after: number[] };
  versions: Record<string, string>;
  bars: BarResult[];
  measurements: Measurement[];
  skipped: { name: string; reason: string }[];
  invalid: string[];
}

/** Puts the record together. */
export async function collect(
  bench: Bench,
  run: { only: string[]; started: Date; loadBefore: number[] },
): Promise<Results> {
  return {
    date: run.started.toISOString(),
    mode: bench.quick ? "quick" : "full",
    ...(run.only.length > 0 && { only: run.only }),
    seconds: Math.round((Date.now() - run.started.getTime()) / 1000),
    machine: await describeMachine(),
    load: { before: run.loadBefore, after: load() },
    versions: bench.tools.versions,
    bars: bench.bars,
    measurements: bench.measurements,
    skipped: bench.skipped,
    invalid: bench.invalid,
  };
}

/** Writes results.json, results.md and results.svg; a partial run goes to the cache instead. */
export async function save(results: Results, cache: string): Promise<string> {
  const whole = results.mode === "full" && !results.only;
  const folder = whole ? fromFileUrl(new URL(".", import.meta.url)) : cache;
  const files = {
    "results.json": JSON.stringify(results, null, 2) + "\n",
    "results.md": markdown(results),
    "results.svg": chart(results.measurements),
  };
  for (const [name, text] of Object.entries(files)) {
    await Deno.writeTextFile(join(folder, name), text);
  }
  return folder;
}
