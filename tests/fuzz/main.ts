/**
 * Fuzzes what the daemon may answer and what a program may pass, on several runtimes side by side.
 * Replies by a grammar are taken by the library and judged by an oracle that shares no code with it.
 * Then every public function is called with arguments of which one is hostile. The same seed plays
 * the same cases on every runtime.
 *
 * Usage: `deno task test:fuzz [--cases N] [--calls N] [--seed N] [--runtime NAME]…`
 */
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { mustRun } from "../launcher/process.ts";
import { knownRuntimes, prepareRuntime, type TestRuntime } from "../launcher/runtimes.ts";
import { fuzzCommand } from "./command.ts";

/** What a worker tells. */
interface Told {
  ends: Record<string, number>;
  discrepancies: number;
  examples: string[];
  seconds: number;
}

const { values } = parseArgs({
  options: {
    cases: { type: "string", default: "5000000" },
    calls: { type: "string", default: "100000" },
    seed: { type: "string", default: "1" },
    runtime: { type: "string", multiple: true, default: ["deno", "bun", "node26"] },
  },
});
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
const cases = wholeNumber("cases");
const calls = wholeNumber("calls");
const found = await Promise.all(runtimes.map(async (runtime) => {
  return await fuzz(runtime, "reply cases", "worker.ts", cases) +
    await fuzz(runtime, "calls", "argument_worker.ts", calls);
}));
process.exit(found.every((discrepancies) => discrepancies === 0) ? 0 : 1);

async function fuzz(runtime: TestRuntime, what: string, script: string, count: number) {
  const total: Told = { ends: {}, discrepancies: 0, examples: [], seconds: 0 };
  for (let done = 0; done < count;) {
    const portion = Math.min(PORTION, count - done);
    const args = [seed, done, portion].map(String);
    const command = fuzzCommand(runtime.kind, runtime.exec, script, args);
    const part: Told = JSON.parse(await mustRun(command, { timeout: 7_200_000 }));
    done += portion;
    total.discrepancies += part.discrepancies;
    total.seconds += part.seconds;
    total.examples.push(...part.examples);
    for (const [end, count] of Object.entries(part.ends)) {
      total.ends[end] = (total.ends[end] ?? 0) + count;
    }
    console.log(`${runtime.id}: ${done} ${what} of seed ${seed}, ${describe(total, done)}`);
  }
  for (const example of total.examples.slice(0, 20)) console.log(example);
  return total.discrepancies;
}

function describe({ discrepancies, ends, seconds }: Told, done: number): string {
  const list = Object.entries(ends).sort().map(([end, count]) => `${end} ${count}`).join("; ");
  return `${discrepancies} discrepancies, ${Math.round(done / seconds)} a second (ends: ${list})`;
}

function wholeNumber(name: "cases" | "calls" | "seed"): number {
  const number = Number(values[name]);
  if (!Number.isInteger(number) || number < 1) fail(`--${name} takes a whole number above 0`);
  return number;
}

function fail(message: string): never {
  console.error(message);
  process.exit(2);
}
