/**
 * Changes the library in one place at a time and looks whether a test notices. A change that no test
 * notices is a behaviour that nobody guards.
 *
 * Usage: `deno task test:mutation [--count N] [--seed N] [--under PATH]…`
 *
 * Of each room, `--count` changes are taken at random; the same seed takes the same ones. They are
 * made in a copy of the repository. The tests run on Bun, on which the ffi and the node transport are
 * both to be had; a line that no test of Bun reaches is tried with all tests that load its file.
 */
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { mustRun, runProcess } from "../launcher/process.ts";
import { prepareRuntime } from "../launcher/runtimes.ts";
import { FOLDERS, testFiles } from "../launcher/suite.ts";
import { type Covered, coverTests, testsFor } from "./coverage.ts";
import { type Mutant, mutantsOf, mutate, randomFrom, sample } from "./mutants.ts";

const { values } = parseArgs({
  options: {
    count: { type: "string", default: "25" },
    seed: { type: "string", default: "1" },
    under: { type: "string", multiple: true },
  },
});

const ROOMS = ["src/protocol", "src/client", "net", "ffi/posix"];
// macOS and Windows have suites of their own, which do not run here; Deno's socket runs on Deno.
const ELSEWHERE = /darwin|windows|deno_connect/;
const BAR = 0.9;

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const cache = join(root, ".cache", "mutation");
const copy = join(cache, "copy");
const number = (name: "count" | "seed"): number => {
  const value = Number(values[name]);
  if (Number.isSafeInteger(value) && value > 0) return value;
  console.error(`--${name} ${values[name]}: expected a whole number above 0`);
  process.exit(2);
};
const [count, seed] = [number("count"), number("seed")];

/** Copies what git knows of, as it is in the working tree, and takes a digest of it. */
async function copyRepository(): Promise<{ files: string[]; digest: string }> {
  rmSync(copy, { recursive: true, force: true });
  const listed = await mustRun(["git", "ls-files", "-z"], { cwd: root });
  const files = listed.split("\0").filter((file) => file !== "");
  const hash = createHash("sha256");
  for (const file of files) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(join(root, file), join(copy, file));
    if (file.endsWith(".ts")) hash.update(readFileSync(join(root, file)));
  }
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  return { files, digest: hash.digest("hex").slice(0, 12) };
}

/** Whether a test fails, ends badly or never ends with this change. */
async function isNoticed(
  bun: string,
  mutant: Mutant,
  tests: readonly Covered[],
): Promise<string | undefined> {
  const path = join(copy, mutant.file);
  const original = readFileSync(path, "utf8");
  writeFileSync(path, mutate(original, mutant));
  try {
    for (const { test, milliseconds } of tests) {
      const { code, timedOut } = await runProcess([bun, "test", "--bail", `./${test}`], {
        cwd: copy,
        env: { NO_COLOR: "1" },
        timeout: 30_000 + 5 * milliseconds,
      });
      if (code !== 0 || timedOut) return timedOut ? `${test} (no end)` : test;
    }
  } finally {
    writeFileSync(path, original);
  }
}

const { files, digest } = await copyRepository();
const bun = (await prepareRuntime("bun", join(root, ".cache", "runtimes"))).exec;
const tests = testFiles(root, FOLDERS);
// What the tests reach holds until a source changes.
const store = join(cache, `coverage-${digest}.json`);
const covered = await coverTests({ bun, root: copy, tests, store });

const random = randomFrom(seed);
let noticed = 0;
const survivors: string[] = [];
for (const room of values.under ?? ROOMS) {
  const mutants = files
    .filter((file) => file.startsWith(room) && file.endsWith(".ts") && !ELSEWHERE.test(file))
    .flatMap((file) => mutantsOf(file, readFileSync(join(copy, file), "utf8")));
  for (const mutant of sample(mutants, count, random)) {
    const by = await isNoticed(bun, mutant, testsFor(covered, mutant.file, mutant.line));
    const place = `${mutant.file}:${mutant.line} ${mutant.what}`;
    console.log(by === undefined ? `NOT  ${place}` : `ok   ${place}: ${by}`);
    if (by === undefined) survivors.push(place);
    else noticed++;
  }
}
rmSync(copy, { recursive: true, force: true });

const total = noticed + survivors.length;
console.log(`\n${noticed} of ${total} changes were noticed (seed ${seed})`);
for (const survivor of survivors) console.log(`  not noticed: ${survivor}`);
process.exit(total > 0 && noticed / total >= BAR ? 0 : 1);
