/** Runs the suite on one runtime with that runtime's own test runner. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { countResults, type Counts, denoFailures, slowestCases } from "./junit.ts";
import { runProcess } from "./process.ts";
import type { TestRuntime } from "./runtimes.ts";

/** What one run of the suite needs to know. */
export interface SuiteOptions {
  root: string;
  /** A folder of this run for reports. */
  work: string;
  /** The test files, relative to the root. */
  files: string[];
  /** Only tests whose name contains this. */
  filter?: string;
  /** Print the runner's output also when all passed. */
  verbose: boolean;
  /** How many of the slowest tests are named. */
  slowest?: number;
  /** What a crash prints that is the runtime's own fault: such a run is repeated once. */
  knownCrash?: RegExp;
  /** Variables for the runner. */
  env?: Record<string, string | undefined>;
  /** Told what the runner has printed. */
  onOutput?: (output: string) => void;
}

/** Where the tests of the library are. They run on every runtime and system. */
export const FOLDERS: readonly string[] = [
  "tests/unit",
  "tests/behaviour",
  "tests/platform",
  "tests/faults",
  "tests/fuzz",
  "tests/remedies",
];

/** Runs the suite on one runtime, prints its output when a test failed, and counts. */
export async function runSuite(runtime: TestRuntime, options: SuiteOptions): Promise<Counts> {
  const { root, work, files } = options;
  mkdirSync(work, { recursive: true });
  const report = join(work, `${runtime.id}.xml`);
  rmSync(report, { force: true });
  const shown = runtime.path ?? ((path) => path);
  const command = testCommand(runtime, options, shown(report));
  const { code, output, timedOut } = await runProcess(command, {
    cwd: root,
    env: {
      NO_COLOR: "1",
      FORCE_COLOR: undefined,
      NODE_OPTIONS: undefined,
      KEYCHAIN_AUTH_SOCKET: undefined,
      KEYCHAIN_AUTH_DEBUG: undefined,
      KEYCHAIN_AUTH_TEST_FILTER: options.filter,
      KEYCHAIN_AUTH_TEST_SERVER: runtime.server,
      // What is compiled for one process is not compiled again for the next: each file is one.
      NODE_COMPILE_CACHE: runtime.kind === "node" ? join(work, `${runtime.id}-code`) : undefined,
      ...options.env,
    },
    timeout: 1_200_000,
  });
  const reported = existsSync(report);
  const crash = reported ? undefined : options.knownCrash?.exec(output)?.[0];
  if (crash !== undefined) {
    console.log(`${runtime.id} crashed by a known fault of its own (${crash}); once more`);
    return await runSuite(runtime, { ...options, knownCrash: undefined });
  }
  options.onOutput?.(output);
  const counts = reported
    ? countResults(readFileSync(report, "utf8"), {
      files: files.map((file) => `/${file}`),
      allowEmpty: options.filter !== undefined,
    })
    : { passed: 0, failed: 0, skipped: 0 };
  if (runtime.kind === "deno") counts.failed = Math.max(counts.failed, denoFailures(output));
  const ran = counts.passed + counts.failed;
  // A crash, a leak found after the last test or an uncaught error leaves no failed test behind.
  if (counts.failed === 0 && (code !== 0 || timedOut) && (ran > 0 || !options.filter)) {
    counts.failed = 1;
  }
  if (counts.failed > 0 || options.verbose) console.log(output);
  if (counts.failed > 0 && !reported) {
    console.log(`${runtime.id} ended with code ${code} before it wrote its report`);
  }
  if (options.slowest && reported) {
    console.log(`The slowest tests on ${runtime.id}, in seconds:`);
    for (const { name, seconds } of slowestCases(readFileSync(report, "utf8"), options.slowest)) {
      console.log(`${seconds.toFixed(1).padStart(8)}  ${name}`);
    }
  }
  if (timedOut) console.log(`${runtime.id} was stopped: it took too long`);
  return counts;
}

/**
 * The test files below some folders, relative to the root.
 *
 * @param windows Whether they are for Windows, where files named `…_unix_test.ts` make no sense.
 */
export function testFiles(
  root: string,
  folders: readonly string[],
  windows: boolean = process.platform === "win32",
): string[] {
  return folders.filter((folder) => existsSync(join(root, folder))).flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith("_test.ts") && !(windows && name.endsWith("_unix_test.ts")))
      .map((name) => `${folder}/${name.replaceAll("\\", "/")}`)
  ).sort();
}

function testCommand(runtime: TestRuntime, options: SuiteOptions, report: string): string[] {
  const { files } = options;
  const sources = files.map((file) => `./${file}`);
  switch (runtime.kind) {
    case "deno": // types are checked by `deno task check`
      return [runtime.exec, "test", "-A", "--no-check", `--junit-path=${report}`, ...sources];
    case "bun":
      return [
        runtime.exec,
        "test",
        "--reporter=junit",
        `--reporter-outfile=${report}`,
        ...sources,
      ];
    case "node":
      return [
        runtime.exec,
        "--disable-warning=ExperimentalWarning",
        "--import",
        "./tests/launcher/node_hooks.mjs",
        "--enable-source-maps",
        "--test",
        ...(runtime.oneProcess ? ["--test-isolation=none"] : ["--test-concurrency=1"]),
        "--test-timeout=600000",
        "--test-reporter=spec",
        "--test-reporter-destination=stdout",
        "--test-reporter=junit",
        `--test-reporter-destination=${report}`,
        ...sources,
      ];
  }
}
