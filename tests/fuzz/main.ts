/**
 * Fuzzes what the daemon may answer, on several runtimes side by side: replies by a grammar, taken
 * by the library and judged by an oracle that shares no code with it. The same seed plays the same
 * cases on every runtime.
 *
 * Usage: `deno task test:fuzz [--cases N] [--seed N] [--runtime NAME]…`
 */
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { nodeFlags } from "../harness.ts";
import { mustRun } from "../launcher/process.ts";
import { knownRuntimes, prepareRuntime, type TestRuntime } from "../launcher/runtimes.ts";
import type { Fuzzed } from "./replies.ts";

const { values } = parseArgs({
  options: {
    cases: { type: "string", default: "5000000" },
    seed: { type: "string", default: "1" },
    runtime: { type: "string", multiple: true, default: ["deno", "bun", "node26"] },
  },
});
const cases = wholeNumber("cases");
const seed = wholeNumber("seed");
// One process plays so many: long enough to be worth its start, short enough to tell how far it is.
const PORTION = 250_000;

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const runtimes: TestRuntime[] = [];
for (const id of values.runtime) {
  if (!knownRuntimes.includes(id)) {
    fail(`Unknown runtime "${id}": use one of ${knownRuntimes.join(", ")}`);
  }
  runtimes.push(await prepareRuntime(id, join(root, ".cache", "runtimes")));
}
const found = await Promise.all(runtimes.map(fuzz));
process.exit(found.every((discrepancies) => discrepancies === 0) ? 0 : 1);

async function fuzz(runtime: TestRuntime): Promise<number> {
  const total: Fuzzed & { seconds: number } = {
    cases: 0,
    ends: {},
    discrepancies: 0,
    examples: [],
    seconds: 0,
  };
  while (total.cases < cases) {
    const portion = Math.min(PORTION, cases - total.cases);
    const args = [seed, total.cases, portion].map(String);
    const part: typeof total = JSON.parse(await mustRun([...command(runtime), ...args]));
    total.cases += part.cases;
    total.discrepancies += part.discrepancies;
    total.seconds += part.seconds;
    total.examples.push(...part.examples);
    for (const [end, count] of Object.entries(part.ends)) {
      total.ends[end] = (total.ends[end] ?? 0) + count;
    }
    console.log(describe(runtime.id, total));
  }
  for (const example of total.examples.slice(0, 20)) console.log(example);
  return total.discrepancies;
}

function command({ kind, exec }: TestRuntime): string[] {
  const worker = fileURLToPath(new URL("worker.ts", import.meta.url));
  if (kind === "deno") return [exec, "run", "-A", "--no-check", worker];
  return kind === "bun" ? [exec, worker] : [exec, ...nodeFlags, worker];
}

function describe(
  id: string,
  { cases, discrepancies, ends, seconds }: Fuzzed & { seconds: number },
) {
  const list = Object.entries(ends).sort().map(([end, count]) => `${end} ${count}`).join("; ");
  const rate = Math.round(cases / seconds);
  return `${id}: ${cases} cases of seed ${seed}, ${discrepancies} discrepancies, ` +
    `${rate} cases a second (requests that ended as ${list})`;
}

function wholeNumber(name: "cases" | "seed"): number {
  const number = Number(values[name]);
  if (!Number.isInteger(number) || number < 1) fail(`--${name} takes a whole number above 0`);
  return number;
}

function fail(message: string): never {
  console.error(message);
  process.exit(2);
}
