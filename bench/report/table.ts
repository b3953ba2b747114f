/** The results as Markdown. */
import { markdownTable } from "markdown-table";
import { show } from "../bench.ts";
import type { Results } from "../results.ts";

/** Writes the page: the machine, the bars, then every figure. */
export function markdown(results: Results): string {
  const { machine, versions, load } = results;
  const parts = [
    "# Benchmark results",
    `${results.date}, ${results.mode} run, ${machine.cpu}, ${machine.cores} cores, ` +
    `${machine.memoryGiB} GiB, ${machine.system}, kernel ${machine.kernel}, ` +
    `hypervisor ${machine.virtual}. ` +
    `Load average ${load.before.join(", ")} before and ${load.after.join(", ")} after.`,
    Object.entries(versions).map(([name, version]) => `${name}: ${version}`).join(" · "),
  ];
  if (results.invalid.length > 0) {
    parts.push("**This run is invalid:**", results.invalid.map((line) => `- ${line}`).join("\n"));
  }
  if (results.bars.length > 0) {
    parts.push(
      "## Bars",
      markdownTable([
        ["bar", "measured on", "limit", "measured", "bare FFI and JSON", ""],
        ...results.bars.map(({ bar, subject, limit, value, bare, unit, met }) => [
          bar,
          subject,
          limit === undefined ? "none" : `${limit}${unit}`,
          `${show(value)}${unit}`,
          bare === undefined ? "" : `${show(bare)}${unit}`,
          met === undefined ? "" : met ? "met" : "**not met**",
        ]),
      ], { align: ["l", "l", "r", "r", "r", "l"] }),
    );
  }
  for (const figure of new Set(results.measurements.map(({ figure }) => figure))) {
    const rows = results.measurements.filter((row) => row.figure === figure)
      .toSorted((a, b) => a.median - b.median);
    parts.push(
      `## ${figure[0].toUpperCase()}${figure.slice(1)}`,
      markdownTable([
        ["contender", `median (${rows[0].unit})`, "p99", "medians of runs", "samples"],
        ...rows.map(({ contender, median, p99, runs, samples }) => [
          contender,
          show(median),
          show(p99),
          runs.count > 1 ? `${show(runs.lowest)} to ${show(runs.highest)}` : "",
          String(samples),
        ]),
      ], { align: ["l", "r", "r", "r", "r"] }),
    );
  }
  if (results.skipped.length > 0) {
    const lines = results.skipped.map(({ name, reason }) => `- ${name}: ${reason}`);
    parts.push("## Skipped", lines.join("\n"));
  }
  return parts.join("\n\n") + "\n";
}
