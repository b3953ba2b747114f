/**
 * Shows where the time of a script's first secret goes: files loaded, their bytes, and the functions
 * called, by file. V8 compiles a function at its first call, so each one counts.
 *
 * `deno run -A bench/profile_start.ts [--entry dist/mod.js] [--runtime deno|node26|bun]
 * [--transport ffi|deno|node] [--functions] [--internals] [--cpu] [--warm] [--runs 11]`
 *
 * - `--entry`: the module to import; the sources, `mod.ts`, unless given
 * - `--functions`: name the functions of each file
 * - `--internals`: count the runtime's own modules, too (what of node: or Deno's is loaded)
 * - `--cpu`: the functions that most time was spent in, by V8's sampling, summed over the runs
 * - `--warm`: one more `get()` on an open connection instead of the start
 */
import { fromFileUrl, relative, resolve, toFileUrl } from "@std/path";
import { parseArgs } from "node:util";
import { median } from "simple-statistics";
import { prepareRuntime } from "../tests/launcher/runtimes.ts";
import type { RanFile, SelfTime } from "./clients/coverage.ts";
import { extremes } from "./coverage.ts";
import { startServer } from "./server.ts";
import { compileServer, ROOT } from "./tools.ts";

const STEPS = ["import", "connect", "get"];

const { values: options } = parseArgs({
  options: {
    entry: { type: "string", default: "mod.ts" },
    runtime: { type: "string", default: "deno" },
    transport: { type: "string", default: "ffi" },
    runs: { type: "string", default: "11" },
    functions: { type: "boolean", default: false },
    internals: { type: "boolean", default: false },
    cpu: { type: "boolean", default: false },
    warm: { type: "boolean", default: false },
  },
});
const entry = resolve(ROOT, options.entry);
const runs = Number(options.runs);
const { exec, kind } = await prepareRuntime(options.runtime, resolve(ROOT, ".cache/runtimes"));

/** Runs bench/clients/coverage.ts once. */
async function probe<T>(endpoint: string, task: string): Promise<T> {
  const { stdout, success } = await new Deno.Command(exec, {
    args: [
      ...(kind === "deno" ? ["run", "-A", "--quiet", "--no-check"] : []),
      resolve(ROOT, "bench/clients/coverage.ts"),
      ...[toFileUrl(entry).href, endpoint, task, options.transport],
    ],
    stderr: "inherit",
    env: { NODE_NO_WARNINGS: "1" },
  }).output();
  if (!success) throw new Error(`"${task}" failed on ${options.runtime}`);
  return JSON.parse(new TextDecoder().decode(stdout));
}

function shown(url: string): string {
  return url.startsWith("file:") ? relative(ROOT, fromFileUrl(url)) : url;
}

/** Whether a script is the package's: below the repository, but not of the bench. */
function isOurs(url: string): boolean {
  return url.startsWith("file:") && !/^(\.\.|bench\/clients)/.test(shown(url));
}

const kB = (bytes: number): string => (bytes / 1000).toFixed(1);

/** One line a file, by when it was loaded first and what ran of it. */
function table(steps: readonly RanFile[][], names: readonly string[]): void {
  const files = new Map<string, { length: number; called: Map<string, string>[]; calls: number }>();
  for (const [step, list] of steps.entries()) {
    for (const { url, length, functions } of list) {
      if (!options.internals && !isOurs(url)) continue;
      const file = files.get(url) ?? { length, called: steps.map(() => new Map()), calls: 0 };
      files.set(url, file);
      for (const { name, at, calls } of functions) {
        const key = `${at} ${name}`;
        file.calls += calls;
        // Only the first call compiles.
        if (file.called.some((earlier) => earlier.has(key))) continue;
        file.called[step].set(key, `${name || "(anonymous)"}${calls > 1 ? ` ×${calls}` : ""}`);
      }
    }
  }
  const columns = ["kB", "calls", ...names, "all"];
  const row = (cells: (string | number)[], name: string): void =>
    console.log(cells.map((cell) => String(cell).padStart(9)).join("") + "  " + name);
  row(columns, "file");
  const total = (count: (file: { called: Map<string, string>[] }) => number): number =>
    [...files.values()].reduce((sum, file) => sum + count(file), 0);
  const sizeOf = ({ called }: { called: Map<string, string>[] }): number =>
    called.reduce((sum, step) => sum + step.size, 0);
  const sorted = [...files].sort(([, a], [, b]) => sizeOf(b) - sizeOf(a));
  for (const [url, file] of sorted) {
    const perStep = file.called.map(({ size }) => size || "");
    row([kB(file.length), file.calls, ...perStep, sizeOf(file)], shown(url));
    if (!options.functions) continue;
    for (const [step, called] of file.called.entries()) {
      if (called.size === 0) continue;
      console.log(
        `${" ".repeat(9 * columns.length)}    ${names[step]}: ${[...called.values()].join(", ")}`,
      );
    }
  }
  const loaded = [...files.values()];
  row([
    kB(loaded.reduce((sum, { length }) => sum + length, 0)),
    loaded.reduce((sum, { calls }) => sum + calls, 0),
    ...steps.map((_, step) => total(({ called }) => called[step].size)),
    total(sizeOf),
  ], `${files.size} files`);
}

/** The functions that took most time themselves. */
function times(all: readonly SelfTime[][]): void {
  const sums = new Map<string, number>();
  const files = new Map<string, number>();
  for (const { url, name, line, us } of all.flat()) {
    if (name === "(idle)" || /inspector/.test(url)) continue; // The profiler's own.
    const where = url === "" ? name : `${shown(url)}:${line} ${name || "(anonymous)"}`;
    sums.set(where, (sums.get(where) ?? 0) + us);
    const file = url === "" ? "(the runtime itself)" : isOurs(url) ? shown(url) : "(its modules)";
    files.set(file, (files.get(file) ?? 0) + us);
  }
  const print = (title: string, map: Map<string, number>, most: number): void => {
    console.log(`\nself time, ms a run, by ${title}`);
    for (const [name, us] of [...map].sort(([, a], [, b]) => b - a).slice(0, most)) {
      console.log(`${(us / 1000 / all.length).toFixed(2).padStart(9)}  ${name}`);
    }
  };
  print("file", files, 25);
  print("function", sums, 30);
}

await using server = await startServer({ server: await compileServer() });
console.log(`${options.runtime}, ${shown(toFileUrl(entry).href)}, ${options.transport}`);

const taken: number[][] = [];
for (let run = -2; run < runs; run++) {
  const steps = await probe<number[]>(server.socket, "time");
  if (run >= 0) taken.push(steps); // The first ones warm the runtime's caches.
}
const medians = STEPS.map((_, step) => median(taken.map((run) => run[step])));
console.log(
  STEPS.map((step, i) => `${step} ${medians[i].toFixed(1)} ms`).join(" · ") +
    ` · together ${median(taken.map((run) => run[0] + run[1] + run[2])).toFixed(1)} ms` +
    ` (medians of ${runs} processes, nothing else watched)\n`,
);

if (kind === "bun") {
  console.log("Bun has no V8 to count its functions: see Node's or Deno's.");
} else if (options.cpu) {
  const all: SelfTime[][] = [];
  for (let run = 0; run < runs; run++) all.push(await probe(server.socket, "cpu"));
  times(all);
} else if (options.warm) {
  const { least, most } = extremes(await probe<RanFile[][]>(server.socket, "warm"), isOurs);
  table([least], ["warm get"]);
  console.log("\nand when its reply took longest");
  table([most], ["warm get"]);
} else {
  table(await probe<RanFile[][]>(server.socket, "start"), STEPS);
}
