/** The results as a page. */
import { markdownTable } from "markdown-table";
import { type Bench, show } from "./bench.ts";
import { describeMachine } from "./machine.ts";

/** Said of a run whose times mean little. */
export const BUSY =
  "The machine was busy with other things: go by processor time, or measure again.";

/** Whether load averages, taken before a run, are too high for one. */
export function isBusy([lastMinute]: readonly number[]): boolean {
  return lastMinute > navigator.hardwareConcurrency / 2;
}

/** Writes the page: the machine, the bars, then every figure. */
export async function report(
  bench: Bench,
  run: { title: string; started: Date; loadBefore: number[] },
): Promise<string> {
  const seconds = Math.round((Date.now() - run.started.getTime()) / 1000);
  const load = (averages: number[]): string => averages.map((n) => n.toFixed(2)).join(", ");
  const parts = [
    `# ${run.title}`,
    `${run.started.toISOString().slice(0, 10)}, ${seconds} s, ${await describeMachine()}. ` +
    `Load average ${load(run.loadBefore)} before and ${load(Deno.loadavg())} after.`,
    Object.entries(bench.tools.versions).map(([name, text]) => `${name}: ${text}`).join(" · "),
    `In each of ${bench.runs} runs the contenders take turns, forwards and backwards. A figure is ` +
    `the median of what the runs gave; in parentheses stand the lowest and the highest of them. ` +
    `Ratios are of medians of one run. Lower is better in all of them.`,
  ];
  if (isBusy(run.loadBefore)) parts.push(`**${BUSY}**`);
  if (bench.invalid.length > 0) {
    parts.push("**This run is invalid:**", bench.invalid.map((line) => `- ${line}`).join("\n"));
  }
  if (bench.bars.length > 0) {
    parts.push(
      "## Bars",
      markdownTable([
        ["figure", "measured on", "bar", "measured", "by processor time", ""],
        ...bench.bars.map((bar) => [
          bar.row,
          bar.subject,
          `≤ ${bar.limit}${bar.unit}`,
          show(bar, bar.unit),
          bar.processor ? show(bar.processor, bar.unit) : "",
          bar.met ? "met" : "**not met**",
        ]),
      ], { align: ["l", "l", "r", "r", "r", "l"] }),
    );
  }
  for (const figure of new Set(bench.measurements.map(({ figure }) => figure))) {
    const rows = bench.measurements.filter((row) => row.figure === figure)
      .toSorted((a, b) => a.value - b.value);
    parts.push(
      `## ${figure[0].toUpperCase()}${figure.slice(1)}`,
      markdownTable([
        ["", rows[0].unit],
        ...rows.map((row) => [row.contender, show(row)]),
      ], { align: ["l", "r"] }),
    );
  }
  if (bench.skipped.length > 0) {
    const lines = bench.skipped.map(({ name, reason }) => `- ${name}: ${reason}`);
    parts.push("## Skipped", lines.join("\n"));
  }
  return parts.join("\n\n") + "\n";
}
