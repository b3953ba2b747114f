/**
 * Soaks the client: operations for an hour on Deno, Bun and Node side by side, while their daemons
 * are killed, replaced, stopped and starved. Linux only.
 *
 * Usage: `deno task test:soak [--minutes N] [--runtime NAME]…`
 */
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { knownRuntimes, prepareRuntime, type TestRuntime } from "../launcher/runtimes.ts";
import { soakCommand, soakTransports } from "./command.ts";
import { soak, type Soaked } from "./soak.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "60" },
    runtime: { type: "string", multiple: true, default: ["deno", "bun", "node26"] },
  },
});
const minutes = Number(values.minutes);
if (!(minutes > 0)) fail(`Cannot soak for "${values.minutes}" minutes: use a number above 0`);
for (const id of values.runtime) {
  if (!knownRuntimes.includes(id)) {
    fail(`Unknown runtime "${id}": use one of ${knownRuntimes.join(", ")}`);
  }
}
if (process.platform !== "linux") fail("Cannot soak here: it needs Linux and its /proc");

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const runtimes: TestRuntime[] = [];
for (const id of values.runtime) {
  runtimes.push(await prepareRuntime(id, join(root, ".cache", "runtimes")));
}
// The server of node:net on Deno 2.9.6 accepts nobody any more once it had no descriptor left, so
// Deno's client gets a daemon on Node.
const node = await prepareRuntime("node26", join(root, ".cache", "runtimes"));
// One that cannot go on must not end the others.
const good = await Promise.all(runtimes.map(async (runtime) => {
  try {
    return await run(runtime);
  } catch (error) {
    console.log(`${runtime.id}: ${(error as Error).message}`);
    return false;
  }
}));
process.exit(good.every(Boolean) ? 0 : 1);

async function run({ id, kind, exec }: TestRuntime): Promise<boolean> {
  const soaked = await soak({
    command: soakCommand(kind, exec),
    daemonCommand: kind === "deno" ? soakCommand(node.kind, node.exec) : soakCommand(kind, exec),
    transports: soakTransports(kind, id !== "node22" && id !== "node24"),
    time: minutes * 60_000,
    pace: 50,
    quiet: 4_000,
  });
  console.log(describe(id, soaked));
  const faults = Object.values(soaked.faults);
  return soaked.wrong + soaked.hangs + soaked.foreign === 0 &&
    faults.every(({ done, survived }) => done === survived);
}

function describe(id: string, soaked: Soaked): string {
  const { operations, errors, faults } = soaked;
  const total = Object.values(operations).reduce((sum, count) => sum + count, 0);
  return [
    `${id}: ${total} operations in ${soaked.seconds} s (${list(operations)})`,
    `  errors: ${list(errors)}`,
    `  faults survived: ${
      Object.entries(faults).map(([name, { done, survived }]) => `${name} ${survived} of ${done}`)
        .join(", ")
    }; slowest recovery ${soaked.slowestRecovery} ms`,
    `  wrong values: ${soaked.wrong}, hangs: ${soaked.hangs}, other errors: ${soaked.foreign}`,
    `  descriptors: ${soaked.descriptorsBefore} before, ${soaked.descriptorsAfter} after; ` +
    `memory: ${soaked.memories.join(", ")} MiB`,
    ...soaked.examples.map((example) => `  ${example}`),
  ].join("\n");
}

function list(counts: Record<string, number>): string {
  return Object.entries(counts).map(([name, count]) => `${name} ${count}`).join(", ");
}

function fail(message: string): never {
  console.error(message);
  process.exit(2);
}
