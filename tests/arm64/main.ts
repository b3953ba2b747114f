/**
 * Runs the one suite with the builds of Deno, Bun and Node for Linux arm64, emulated by QEMU on x64.
 *
 * Usage: `deno task test:arm64 [--prepare] [--short] [--runtime NAME]… [--filter TEXT] [--file TEXT]…
 * [--verbose]`. With `--prepare` it only gets what it needs.
 */
import { rmSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { prepareDependencies } from "../launcher/dependencies.ts";
import { prepareRuntime, type TestRuntime } from "../launcher/runtimes.ts";
import { type Counts, describeCounts, sumCounts } from "../launcher/junit.ts";
import { runSuite, testFiles } from "../launcher/suite.ts";
import { LEFT_OUT } from "./left_out.ts";
import { prepareArm64 } from "./machine.ts";

const { values } = parseArgs({
  options: {
    prepare: { type: "boolean", default: false },
    short: { type: "boolean", default: false },
    runtime: { type: "string", multiple: true, default: ["deno", "bun", "node26"] },
    filter: { type: "string" },
    file: { type: "string", multiple: true },
    verbose: { type: "boolean", default: false },
  },
});
// What another processor can change: layouts, constants, calling conventions and atomics.
const FOLDERS = ["tests/unit", "tests/behaviour", "tests/faults", "tests/platform"];
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
const files = testFiles(root, FOLDERS)
  .filter((name) =>
    (values.file ?? [""]).some((text) => name.includes(text)) && (!values.short || SHORT.test(name))
  )
  .filter((name) => !LEFT_OUT.some(({ file }) => file?.test(name)));
const cases = LEFT_OUT.flatMap(({ name }) => name === undefined ? [] : [name.source]);
const env = cases.length > 0 ? { KEYCHAIN_AUTH_TEST_LEFT_OUT: cases.join("|") } : {};
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
for (const { file, name, why } of LEFT_OUT) {
  console.log(`without ${(file ?? name)!.source}: ${why}`);
}
console.log(`\n${describeCounts(total)}`);
process.exit(total.failed > 0 || total.passed === 0 ? 1 : 0);

/** One process for each file, so that a file on which the emulator stands still costs only itself. */
async function runFiles(runtime: TestRuntime): Promise<Counts> {
  const started = performance.now();
  const counts: Counts[] = [];
  for (const file of files) {
    const begun = performance.now();
    const each = await runSuite(runtime, { root, work, files: [file], filter, verbose, env });
    counts.push(each);
    console.log(`${runtime.id.padEnd(8)} ${describeCounts(each)} (${since(begun)} s) ${file}`);
  }
  const sum = sumCounts(counts);
  if (sum.passed + sum.failed === 0) sum.failed = 1;
  summary.push(
    `${runtime.id.padEnd(8)} ${describeCounts(sum)} in ${files.length} files (${since(started)} s)`,
  );
  return sum;
}

function since(started: number): string {
  return ((performance.now() - started) / 1_000).toFixed(1);
}
