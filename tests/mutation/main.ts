/**
 * Changes the project in one place at a time and looks whether a test notices. A change that no test
 * notices is a behaviour that nobody guards.
 *
 * Usage: `deno task test:mutation [--count N] [--seed N] [--under PATH]… [--tests PATH]… [--jobs N]
 * [--seconds N]`
 *
 * Of each room, `--count` changes are taken at random; the same seed takes the same ones. They are
 * made in copies of the repository, `--jobs` at a time. The tests run on Bun, on which the ffi and
 * the node transport are both to be had; a block that no test reaches is tried with all tests that
 * load its file. `--tests` runs only some tests: a folder's, or one file. A change counts as not noticed
 * when the tests of `--seconds` have passed.
 */
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { prepareRuntime } from "../launcher/runtimes.ts";
import { sideBySide } from "../launcher/side_by_side.ts";
import { FOLDERS, testFiles } from "../launcher/suite.ts";
import { Copy } from "./copy.ts";
import { type Covered, coverTests, testsFor } from "./coverage.ts";
import { type Mutant, mutantsOf, mutate, randomFrom, sample } from "./mutants.ts";
import { blocksOf } from "./probes.ts";

const { values } = parseArgs({
  options: {
    count: { type: "string", default: "25" },
    seed: { type: "string", default: "1" },
    jobs: { type: "string", default: "1" },
    seconds: { type: "string", default: "600" },
    under: { type: "string", multiple: true },
    tests: { type: "string", multiple: true },
  },
});

const ROOMS = ["src/protocol", "src/client", "net", "ffi/posix", "cli", "testing"];
const PROBED =
  /^(src|net|ffi|connect|project|testing|cli|drop_in|keytar|bun_secrets|conformance)\/.*\.ts$/;
// macOS and Windows have suites of their own, which do not run here; the others run on their runtime.
const ELSEWHERE =
  /darwin|windows|deno_connect|batch_files|cli\/host\/(deno|node)\.ts|deno_flags|node_quirks|execve/;
/** What has to be noticed of a room. */
const barOf = (room: string): number => /^(cli|testing)/.test(room) ? 0.85 : 0.9;

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const cache = join(root, ".cache", "mutation");
const number = (name: "count" | "seed" | "jobs" | "seconds"): number => {
  const value = Number(values[name]);
  if (Number.isSafeInteger(value) && value > 0) return value;
  console.error(`--${name} ${values[name]}: expected a whole number above 0`);
  process.exit(2);
};
const [count, seed, jobs, seconds] = [
  number("count"),
  number("seed"),
  number("jobs"),
  number("seconds"),
];

/** The first test that fails, ends badly or never ends with this change. */
async function noticedBy(
  copy: Copy,
  mutant: Mutant,
  tests: readonly Covered[],
): Promise<string | undefined> {
  const original = copy.read(mutant.file);
  copy.write(mutant.file, mutate(original, mutant));
  let left = seconds * 1_000;
  try {
    for (const { test, milliseconds } of tests) {
      if ((left -= milliseconds) < 0) break;
      const { passed, timedOut } = await copy.test(bun, test, 30_000 + 5 * milliseconds);
      if (!passed) return timedOut ? `${test} (no end)` : test;
    }
  } finally {
    copy.write(mutant.file, original);
  }
}

mkdirSync(cache, { recursive: true });
const copies: Copy[] = [];
for (let n = 1; n <= jobs; n++) {
  copies.push(await Copy.make(root, join(cache, `copy-${process.pid}-${n}`)));
}
const [{ files, digest }] = copies as [Copy];
let missed = false;
const bun = (await prepareRuntime("bun", join(root, ".cache", "runtimes"))).exec;
try {
  const covered = await coverTests({
    bun,
    copies,
    sources: files.filter((file) => PROBED.test(file)),
    tests: (values.tests ?? [...FOLDERS, "tests/cli"]).flatMap((path) =>
      path.endsWith(".ts") ? [path] : testFiles(root, [path])
    ),
    // What a test reaches holds until it changes, or anything that is not a test.
    store: join(cache, `reached-${digest}.json`),
  });
  const random = randomFrom(seed);
  for (const room of values.under ?? ROOMS) {
    const mutants = files
      .filter((file) => file.startsWith(room) && file.endsWith(".ts") && !ELSEWHERE.test(file))
      .flatMap((file) => mutantsOf(file, copies[0]!.read(file)));
    const waiting = sample(mutants, count, random);
    const total = waiting.length;
    const survivors: string[] = [];
    await sideBySide(
      copies.map((copy) => async () => {
        for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
          const { file, line, what } = mutant;
          const tests = testsFor(covered, blocksOf(file, copy.read(file)), mutant);
          const by = await noticedBy(copy, mutant, tests);
          const place = `${file}:${line} ${what}`;
          console.log(by === undefined ? `NOT  ${place}` : `ok   ${place}: ${by}`);
          if (by === undefined) survivors.push(place);
        }
      }),
      jobs,
    );
    const noticed = total - survivors.length;
    if (!(noticed / total >= barOf(room))) missed = true;
    console.log(`\n${room}: ${noticed} of ${total} changes were noticed (seed ${seed})`);
    for (const survivor of survivors) console.log(`  not noticed: ${survivor}`);
  }
} finally {
  copies.forEach((copy) => copy.remove());
}
process.exit(missed ? 1 : 0);
