/**
 * The one test command: installs what is missing, runs the one suite on Deno, Bun and several Node
 * versions, then the examples of the documentation, and ends with one line that counts.
 *
 * Usage: `deno task test [--runtime NAME]… [--filter TEXT] [--file TEXT]… [--docs] [--no-docs]
 * [--jobs N] [--slowest N] [--verbose]`. Runs each suite in two halves, and three halves at a time
 * for each core; `--jobs 1` runs one after the other. `--slowest 20` names the 20 tests of each half
 * that took longest.
 */
import { existsSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { buildCommand, startsCommand } from "./launcher/command.ts";
import { prepareDependencies } from "./launcher/dependencies.ts";
import { type Counts, describeCounts, sumCounts } from "./launcher/junit.ts";
import { runDocExamples } from "./launcher/doc_examples.ts";
import { closedFolder } from "./launcher/reachable.ts";
import {
  defaultRuntimes,
  knownRuntimes,
  prepareRuntime,
  type TestRuntime,
} from "./launcher/runtimes.ts";
import { inShares, sideBySide } from "./launcher/side_by_side.ts";
import { FOLDERS, runSuite, type SuiteOptions, testFiles } from "./launcher/suite.ts";

const { values } = parseArgs({
  options: {
    runtime: { type: "string", multiple: true },
    filter: { type: "string" },
    file: { type: "string", multiple: true },
    docs: { type: "boolean", default: false },
    "no-docs": { type: "boolean", default: false },
    jobs: { type: "string" },
    slowest: { type: "string" },
    verbose: { type: "boolean", default: false },
  },
});

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const cache = join(root, ".cache");
const work = join(cache, `run-${process.pid}`);
const narrowed = values.runtime !== undefined || values.filter !== undefined ||
  values.file !== undefined;
const wanted = values.docs ? [] : values.runtime ?? defaultRuntimes;
const withDocs = values.docs || (!narrowed && !values["no-docs"]);

for (const id of wanted) {
  if (!knownRuntimes.includes(id)) {
    console.error(`Unknown runtime "${id}": use one of ${knownRuntimes.join(", ")}`);
    process.exit(2);
  }
}
/** A number from 1 on, when the flag is there. */
function countOf(flag: "jobs" | "slowest", what: string): number | undefined {
  const count = values[flag] === undefined ? undefined : Number(values[flag]);
  if (count === undefined || Number.isSafeInteger(count) && count > 0) return count;
  console.error(`--${flag} takes how many ${what}, from 1`);
  process.exit(2);
}
const jobs = countOf("jobs", "suites run at a time");
const slowest = countOf("slowest", "tests are named");
const matching = (file: string): boolean =>
  values.file === undefined || values.file.some((text) => file.includes(text));
// Written against the harness, for every runtime; the others look at the repository itself.
const folders = [...FOLDERS, "tests/cli"];
if (process.platform === "win32") folders.push("tests/windows");
const files = testFiles(root, folders).filter(matching);
const checks = testFiles(root, ["tests/checks"]).filter(matching);

const results: Counts[] = [];
const summary: string[] = [];

function record(name: string, counts: Counts, started: number): void {
  results.push(counts);
  const seconds = ((performance.now() - started) / 1_000).toFixed(1);
  const line = `${name.padEnd(8)} ${describeCounts(counts)} (${seconds} s)`;
  summary.push(line);
  console.log(line);
}

/** The suite on one runtime, as tasks; the last one to end tells the sum of their counts. */
function tasksOn(
  runtime: TestRuntime,
  options: SuiteOptions,
  shares: string[][] = inShares(options.files, 2),
): (() => Promise<void>)[] {
  const done: Counts[] = [];
  let started: number | undefined;
  return shares.map((files, at) => async () => {
    started ??= performance.now();
    done.push(await runSuite(runtime, { ...options, files, work: join(work, `${at}`) }));
    if (done.length < shares.length) return;
    const counts = sumCounts(done);
    if (counts.passed + counts.failed === 0) {
      console.log(`${runtime.id} ran no test`);
      counts.failed = 1;
    }
    record(runtime.id, counts, started);
  });
}

/** Removes what earlier runs left behind that were stopped by force. */
function removeStale(): void {
  for (const name of existsSync(cache) ? readdirSync(cache) : []) {
    const pid = Number(/^run-(\d+)$/.exec(name)?.[1] ?? 0);
    if (pid === 0 || isAlive(pid)) continue;
    rmSync(join(cache, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const closed = closedFolder(root);
if (closed !== undefined) {
  console.log(
    `Other users may not enter ${closed}: move the repository, or tests that run as one fail`,
  );
}

try {
  removeStale();
  await prepareDependencies(root);
  const runtimes: TestRuntime[] = [];
  for (const id of wanted) runtimes.push(await prepareRuntime(id, join(cache, "runtimes")));
  const options = { root, work, filter: values.filter, verbose: values.verbose, slowest };
  const suite: SuiteOptions = { ...options, files };
  if (files.some(startsCommand)) {
    suite.env = { KEYCHAIN_AUTH_TEST_KCA: await buildCommand(root, join(work, "dist")) };
  }
  for (const runtime of runtimes) {
    if (process.platform !== "win32" || runtime.kind !== "deno") continue;
    runtime.server = (await prepareRuntime("node26", join(cache, "runtimes"))).exec;
  }
  const tasks = files.length > 0 || checks.length === 0
    ? runtimes.flatMap((runtime) => tasksOn(runtime, suite))
    : [];
  if (wanted.includes("deno") && checks.length > 0 && values.filter === undefined) {
    const runtime: TestRuntime = { id: "checks", kind: "deno", exec: process.execPath };
    tasks.push(...tasksOn(runtime, { ...options, files: checks }, [checks]));
  }
  if (withDocs) {
    tasks.push(async () => {
      const started = performance.now();
      record("docs", await runDocExamples({ root, work, verbose: values.verbose }), started);
    });
  }
  await sideBySide(tasks, jobs);
} finally {
  try {
    rmSync(work, { recursive: true, force: true });
  } catch {
    // What a suite that was stopped has left running writes there still: the next run removes it.
  }
}

const total = sumCounts(results);
console.log("");
for (const line of summary) console.log(line);
console.log("");
console.log(describeCounts(total));
process.exit(total.failed > 0 || total.passed === 0 ? 1 : 0);
