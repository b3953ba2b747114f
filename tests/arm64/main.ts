/**
 * Runs the one suite with the builds of Deno, Bun and Node for Linux arm64, emulated by QEMU on x64.
 *
 * Usage: `deno task test:arm64 [--prepare] [--short] [--runtime NAME]… [--filter TEXT] [--file TEXT]…
 * [--verbose] [--slowest COUNT]`. With `--prepare` it only gets what it needs.
 */
import { existsSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { prepareDependencies } from "../launcher/dependencies.ts";
import { prepareRuntime, type TestRuntime } from "../launcher/runtimes.ts";
import { type Counts, describeCounts, skippedNames, sumCounts } from "../launcher/junit.ts";
import { FOLDERS, runSuite, testFiles } from "../launcher/suite.ts";
import { LEFT_OUT, type LeftOut } from "./left_out.ts";
import { prepareArm64 } from "./machine.ts";

const { values } = parseArgs({
  options: {
    prepare: { type: "boolean", default: false },
    short: { type: "boolean", default: false },
    runtime: { type: "string", multiple: true, default: ["deno", "bun", "node26"] },
    filter: { type: "string" },
    file: { type: "string", multiple: true },
    verbose: { type: "boolean", default: false },
    slowest: { type: "string" },
  },
});
// Every operation over every transport: as much as CI has time for.
const SHORT = /^tests\/behaviour\/client_test/;

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const work = join(root, ".cache", `arm64-run-${process.pid}`);
if (process.platform !== "linux" || process.arch !== "x64") {
  console.error("Cannot emulate arm64 here: it needs Debian for x64; on arm64 run deno task test");
  process.exit(1);
}
await prepareDependencies(root);
const { filter, verbose } = values;
const slowest = Number(values.slowest ?? 0);
/** What each entry leaves out. */
const without = new Map<LeftOut, Set<string>>(LEFT_OUT.map((entry) => [entry, new Set()]));
const files = testFiles(root, FOLDERS)
  .filter((name) =>
    (values.file ?? [""]).some((text) => name.includes(text)) && (!values.short || SHORT.test(name))
  )
  .filter((file) => !leftOut(file, (entry) => entry.file));
const cases = LEFT_OUT.flatMap(({ name }) => name === undefined ? [] : [name.source]);
const env = {
  KEYCHAIN_AUTH_TEST_LEFT_OUT: cases.length > 0 ? cases.join("|") : undefined,
  // Ten times as much is computed, and two minutes may pass in which the emulator stands still.
  KEYCHAIN_AUTH_TEST_PATIENCE: "10",
};
const results: Counts[] = [];
const summary: string[] = [];
try {
  const runtimes = await prepareArm64(join(root, ".cache", "arm64"));
  // A start takes seconds in the emulator, so the daemons in processes of their own are not emulated.
  const server = (await prepareRuntime("node26", join(root, ".cache", "runtimes"))).exec;
  if (values.prepare) process.exit(0);
  for (const runtime of runtimes.filter(({ id }) => values.runtime.includes(id))) {
    runtime.server = server;
    results.push(await runFiles(runtime));
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}

const total = sumCounts(results);
console.log(`\nOn Linux arm64 (QEMU):\n${summary.join("\n")}`);
// An entry that names nothing (any more) says what is not so.
const whole = !values.short && !values.file && !filter && results.length === 3;
for (const [{ why, file, name }, names] of without) {
  if (names.size > 0) console.log(`\nWithout ${[...names].join("\n        ")}\nbecause ${why}`);
  else if (whole) {
    console.log(`\ntests/arm64/left_out.ts leaves out nothing by ${(file ?? name)!.source}`);
    total.failed++;
  }
}
console.log(`\n${describeCounts(total)}`);
process.exit(total.failed > 0 || total.passed === 0 ? 1 : 0);

/** One process for each file, so that a file on which the emulator stands still costs only itself. */
async function runFiles(runtime: TestRuntime): Promise<Counts> {
  const started = performance.now();
  const counts: Counts[] = [];
  for (const file of files) {
    const begun = performance.now();
    const each = await runSuite(runtime, {
      root,
      work,
      files: [file],
      filter,
      verbose,
      slowest,
      env,
    });
    counts.push(each);
    const report = join(work, `${runtime.id}.xml`);
    const skipped = existsSync(report) ? skippedNames(readFileSync(report, "utf8")) : [];
    for (const name of skipped) leftOut(name, (entry) => entry.name);
    console.log(`${runtime.id.padEnd(8)} ${describeCounts(each)} (${since(begun)} s) ${file}`);
  }
  const sum = sumCounts(counts);
  if (sum.passed + sum.failed === 0) sum.failed = 1;
  summary.push(
    `${runtime.id.padEnd(8)} ${describeCounts(sum)} in ${files.length} files (${since(started)} s)`,
  );
  return sum;
}

/** Whether a file or a case is left out; notes it. */
function leftOut(name: string, pattern: (entry: LeftOut) => RegExp | undefined): boolean {
  const entry = LEFT_OUT.find((entry) => pattern(entry)?.test(name));
  if (entry !== undefined) without.get(entry)!.add(name);
  return entry !== undefined;
}

function since(started: number): string {
  return ((performance.now() - started) / 1_000).toFixed(1);
}
