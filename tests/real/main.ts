/**
 * Runs the tests of the protocol against the daemon that KEYCHAIN_AUTH_BIN names, in a home of its
 * own.
 *
 * Usage: `deno task test:real [--required] [--stand-in] [--runtime NAME]… [--file TEXT] [--verbose]`
 *
 * Without a daemon it does nothing and succeeds, with `--required` it fails. `--stand-in` uses the
 * stand-in of the tests, which shows that this lane itself works.
 */
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { prepareDependencies } from "../launcher/dependencies.ts";
import { type Counts, describeCounts, sumCounts } from "../launcher/junit.ts";
import { prepareRuntime } from "../launcher/runtimes.ts";
import { runSuite, type SuiteOptions, testFiles } from "../launcher/suite.ts";
import { installStandIn } from "../support/stand_in.ts";

const { values } = parseArgs({
  options: {
    required: { type: "boolean", default: false },
    "stand-in": { type: "boolean", default: false },
    runtime: { type: "string", multiple: true, default: ["deno", "bun", "node26"] },
    file: { type: "string" },
    verbose: { type: "boolean", default: false },
  },
});
const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const work = join(root, ".cache", `real-run-${process.pid}`);

/** What is written against whichever daemon there is. */
const AGAINST_ANY = /^tests\/(?:unit\/(?:testing\/(?!faults)|conformance)|remedies)/;

const named = process.env.KEYCHAIN_AUTH_BIN;
if (!named && !values["stand-in"]) {
  const { required } = values;
  const log = required ? console.error : console.log;
  log("Not run against a real daemon: set KEYCHAIN_AUTH_BIN to the path of keychain-auth");
  process.exit(required ? 1 : 0);
}
if (named && !values["stand-in"] && !existsSync(named)) {
  console.error(`Cannot run the tests: KEYCHAIN_AUTH_BIN names ${JSON.stringify(named)}, no file`);
  process.exit(1);
}

await prepareDependencies(root);
mkdirSync(work, { recursive: true });
try {
  process.env.KEYCHAIN_AUTH_BIN = values["stand-in"] ? installStandIn(work) : named;
  const files = testFiles(root, ["tests"])
    .filter((file) => AGAINST_ANY.test(file) && file.includes(values.file ?? ""));
  const options: SuiteOptions = { root, work, files, verbose: values.verbose };
  const results: Counts[] = [];
  const runtimes = [];
  for (const id of values.runtime) {
    runtimes.push(await prepareRuntime(id, join(root, ".cache", "runtimes")));
  }
  for (const runtime of runtimes) {
    const counts = await runSuite(runtime, options);
    results.push(counts);
    console.log(`${runtime.id.padEnd(8)} ${describeCounts(counts)}`);
  }
  const total = sumCounts(results);
  console.log(`\nAgainst ${values["stand-in"] ? "the stand-in" : named}:\n`);
  console.log(describeCounts(total));
  process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
} finally {
  rmSync(work, { recursive: true, force: true });
}
