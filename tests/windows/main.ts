/**
 * Runs the one suite on the Windows builds of Deno, Bun and Node under Wine.
 *
 * Usage: `deno task test:windows [--prepare] [--runtime NAME]… [--filter TEXT] [--file TEXT]
 * [--verbose]`. With `--prepare` it only gets what it needs.
 */
import { rmSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { prepareDependencies } from "../launcher/dependencies.ts";
import { type Counts, describeCounts, sumCounts } from "../launcher/junit.ts";
import type { TestRuntime } from "../launcher/runtimes.ts";
import { sideBySide } from "../launcher/side_by_side.ts";
import { FOLDERS, runSuite, testFiles } from "../launcher/suite.ts";
import { Unsupported } from "./debian.ts";
import { MOST_SKIPPED, skippedCases } from "./skipped.ts";
import { type Machine, prepareMachine, windowsRuntimes } from "./machine.ts";

const { values } = parseArgs({
  options: {
    prepare: { type: "boolean", default: false },
    runtime: { type: "string", multiple: true },
    filter: { type: "string" },
    file: { type: "string" },
    verbose: { type: "boolean", default: false },
  },
});

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const cache = join(root, ".cache", "windows");
const work = join(root, ".cache", `windows-run-${process.pid}`);
const wanted = values.runtime ?? windowsRuntimes;
for (const id of wanted) {
  if (windowsRuntimes.includes(id)) continue;
  console.error(`Unknown runtime "${id}": use one of ${windowsRuntimes.join(", ")}`);
  process.exit(2);
}
// Under Wine the rest of the suite takes longer than one can wait for: name its files to run them.
const pipes = ["tests/unit/ffi/windows", "tests/faults", "tests/windows"];
const folders = values.file === undefined ? pipes : [...FOLDERS, "tests/windows", "tests/cli"];
const files = testFiles(root, folders, true)
  .filter((name) => name.includes(values.file ?? ""));

/** Files that a runtime is left out of. */
const UNSUITED: Readonly<Record<string, { files: RegExp; why: string }>> = {
  node24: { files: /windows\/ffi/, why: "it has no FFI; everything else runs over node:net" },
};

/** Deno's own pipe client, when a pipe ends as it starts to read: docs/platforms.md. */
const KNOWN_CRASH = /named_pipe\.rs:\d+:\d+:\s+internal error: entered unreachable code/;

const results: Counts[] = [];
const summary: string[] = [];
const since = (start: number): string => ((performance.now() - start) / 1_000).toFixed(1);

try {
  await prepareDependencies(root);
  const started = performance.now();
  const { runtimes } = await machine();
  console.log(`The Wine machine is ready (${since(started)} s)`);
  if (values.prepare) process.exit(0);
  const chosen = runtimes.filter(({ id }) => wanted.includes(id));
  await sideBySide(chosen.map((runtime) => () => runOn(runtime)));
} finally {
  rmSync(work, { recursive: true, force: true });
}

const total = sumCounts(results);
console.log(`\nOn Windows (Wine):\n${summary.join("\n")}\n`);
console.log(describeCounts(total));
process.exit(total.failed > 0 || total.passed === 0 ? 1 : 0);

async function runOn(runtime: TestRuntime): Promise<void> {
  const started = performance.now();
  const { filter, verbose } = values;
  const options = { root, work, files, filter, verbose, knownCrash: KNOWN_CRASH };
  const left = UNSUITED[runtime.id];
  const suited = files.filter((name) => !left?.files.test(name));
  if (left !== undefined) summary.push(`${runtime.id} without ${left.files.source}: ${left.why}`);
  /** Which transport is chosen there, as tests/windows/client_test.ts has printed it. */
  let seen: readonly string[] = [];
  const onOutput = (output: string): void => {
    seen = /(?<=on Windows, )transport: \w+/.exec(output) ?? [];
  };
  const counts = await runSuite(runtime, { ...options, files: suited, onOutput });
  const skipped = skippedCases(join(work, `${runtime.id}.xml`));
  if (counts.passed + counts.failed === 0) {
    console.log(`${runtime.id} ran no test`);
    counts.failed = 1;
  }
  results.push(counts);
  const time = `(${since(started)} s)`;
  const line = [runtime.id.padEnd(8), describeCounts(counts), time, ...seen].join(" ");
  summary.push(line, ...skipped.map(({ name, reason }) => `  skipped: ${name}: ${reason}`));
  console.log(line);
  const unexplained = skipped.filter(({ reason }) => reason === undefined).length;
  if (unexplained > 0 || skipped.length >= MOST_SKIPPED) {
    console.log(`${runtime.id}: ${unexplained} of ${skipped.length} skipped without a reason`);
    counts.failed++;
  }
}

async function machine(): Promise<Machine> {
  try {
    return await prepareMachine(root, cache, (line) => console.log(line));
  } catch (error) {
    if (!(error instanceof Unsupported)) throw error;
    console.error(`Cannot run the Windows suite: ${error.message}`);
    process.exit(1);
  }
}
