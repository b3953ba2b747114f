/** Runs the figures that were asked for. */
import { join } from "@std/path";
import { parseArgs } from "node:util";
import { type App, makeApp } from "./app.ts";
import { Bench, show } from "./bench.ts";
import { command } from "./figures/command.ts";
import { memory, prefix } from "./figures/prefix.ts";
import { scan } from "./figures/scan.ts";
import { size } from "./figures/size.ts";
import { bundles, start } from "./figures/start.ts";
import { warm } from "./figures/warm.ts";
import { way } from "./figures/way.ts";
import { BUSY, isBusy, report } from "./report.ts";
import { CACHE, mustOutput, prepareTools, ROOT } from "./tools.ts";

type Figure = (bench: Bench, app: App) => Promise<void>;

/** The figures of the library, in the order in which they are measured. */
const library: Record<string, Figure> = { start, bundles, size, way, warm, prefix, memory };

/** The runs whose results are kept, by what was asked for, in files of the repository. */
const KEPT: Record<string, string> = {
  "": "results.md",
  command: "results_command.md",
  scan: "results_scan.md",
};

/** Writes a page, to the cache when it is not to be kept, and gives its path. */
async function save(page: string, name: string | undefined): Promise<string> {
  if (name === undefined) {
    const path = join(CACHE, "results.md");
    await Deno.writeTextFile(path, page);
    return path;
  }
  const path = join(ROOT, "bench", name);
  await Deno.writeTextFile(path, page);
  await mustOutput([Deno.execPath(), "fmt", "--quiet", path], { cwd: ROOT });
  return path;
}

/** Runs the benchmark and gives the exit code. */
export async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: "boolean", default: false },
      only: { type: "string", multiple: true, default: [] },
    },
  });
  const { quick, only } = values;
  const known: Record<string, Figure> = { ...library, command, scan };
  for (const name of only) {
    if (Object.hasOwn(known, name)) continue;
    console.error(`Unknown figure "${name}": use one of ${Object.keys(known).join(", ")}`);
    return 2;
  }
  const asked = only.length > 0 ? only : Object.keys(library);
  const started = new Date();
  const loadBefore = Deno.loadavg();
  const bench = new Bench(await prepareTools(), quick);
  await using app = await makeApp();
  for (const name of asked) {
    try {
      await known[name](bench, app);
    } catch (error) {
      bench.invalid.push(`${name}: ${error instanceof Error ? error.message : error}`);
      console.error(`  INVALID: ${error instanceof Error ? error.stack : error}`);
    }
  }
  const page = await report(bench, { title: "Benchmark results", started, loadBefore });
  const path = await save(page, quick ? undefined : KEPT[only.join(" ")]);
  console.log("\nbars");
  for (const bar of bench.bars) {
    const verdict = bar.met ? "met    " : "NOT MET";
    console.log(
      `  ${verdict}  ${show(bar, bar.unit).padEnd(24)} ≤ ${
        String(bar.limit + bar.unit).padEnd(8)
      }` +
        `${bar.row} · ${bar.subject}` +
        (bar.processor ? ` (by processor time ${show(bar.processor, bar.unit)})` : ""),
    );
  }
  const met = bench.bars.filter((bar) => bar.met).length;
  const seconds = Math.round((Date.now() - started.getTime()) / 1000);
  console.log(`\n${met} of ${bench.bars.length} bars met, ${seconds} s, see ${path}`);
  if (isBusy(loadBefore)) console.log(BUSY);
  for (const line of bench.invalid) console.error(`Invalid: ${line}`);
  return bench.invalid.length > 0 ? 1 : 0;
}
