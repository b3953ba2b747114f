/** The prefix read with 10,000 results: its time, and the memory that it takes. */
import type { App } from "../app.ts";
import type { Bench } from "../bench.ts";
import { startServer } from "../server.ts";
import { medianOf, ratio, type Runs, scale } from "../stats.ts";
import type { Runtime } from "../tools.ts";
import { type Contender, Worker } from "../worker.ts";

const DECODE = "TextDecoder + JSON.parse";

function ownOf({ name, command, ffi }: Runtime, app: App, socket: string): Contender[] {
  const own = (title: string, script: string, ...args: string[]): Contender => ({
    name: `${name}, ${title}`,
    command: [...command, app.script(script), socket, ...args],
  });
  if (!ffi) return [own("async node", "ours", "node")];
  return [own("async ffi", "ours", "ffi"), own("sync ffi", "ours_sync")];
}

/** Measures the time beside TextDecoder and JSON.parse of the same bytes. */
export async function prefix(bench: Bench, app: App): Promise<void> {
  const figure = "prefix read of 10,000";
  await using server = await startServer(bench.tools);
  console.log(`\n${figure}, ${server.bigReplyLength} bytes`);
  const { runtimes } = bench.tools;
  const own = runtimes.flatMap((runtime) => ownOf(runtime, app, server.socket));
  const decode = runtimes.map(({ name, command }): Contender => ({
    name: `${name}, ${DECODE}`,
    command: [...command, app.script("decode"), server.bigReply],
  }));
  let workers = new Map<string, Worker>();
  const runs: Runs = await bench.takeTurns(
    [...decode, ...own],
    bench.amount(8, 4),
    ({ name }) => workers.get(name)!.run("prefix", 3),
    async (_, turns) => {
      workers = new Map();
      try {
        for (const contender of [...decode, ...own]) {
          const worker = new Worker(contender, app.folder);
          workers.set(contender.name, worker);
          await worker.run("prefix", bench.amount(20, 10));
        }
        await turns();
      } finally {
        await Promise.all([...workers.values()].map((worker) => worker.stop()));
      }
    },
  );
  for (const name of runs.keys()) {
    bench.note(figure, name, scale(medianOf(runs, name), 1e-6), "ms");
  }
  for (const { name } of own) {
    const [runtime] = name.split(", ");
    const measured = ratio(runs, name, `${runtime}, ${DECODE}`);
    bench.hold(`${figure} / ${DECODE}`, name, 1.7, measured);
  }
}

/** Measures the peak above the same process, connected and idle; a new process each time. */
export async function memory(bench: Bench, app: App): Promise<void> {
  const figure = "memory of the prefix read of 10,000";
  console.log(`\n${figure}`);
  if (Deno.build.os !== "linux") return bench.skip(figure, "it is read from /proc");
  await using server = await startServer(bench.tools);
  const own = bench.tools.runtimes.flatMap((runtime) => ownOf(runtime, app, server.socket));
  const runs = await bench.takeTurns(own, 2, async (contender) => {
    const worker = new Worker(contender, app.folder);
    try {
      await worker.run("exact", 200);
      // From here on the kernel's high-water mark is of what follows.
      Deno.writeTextFileSync(`/proc/${worker.pid}/clear_refs`, "5");
      const idle = status(worker.pid, "VmRSS");
      await worker.run("hold", 1);
      const peak = status(worker.pid, "VmHWM");
      // Checking 10,000 values takes memory, too, which is not the client's.
      await worker.run("check", 1);
      return [peak - idle];
    } finally {
      await worker.stop();
    }
  });
  for (const { name } of own) {
    bench.note(figure, name, scale(medianOf(runs, name), 1e-6), "MB");
    const measured = scale(medianOf(runs, name), 1 / server.bigReplyLength);
    bench.hold(`${figure} / its reply`, name, 5, measured);
  }
}

/** A field of /proc/PID/status, in bytes. */
function status(pid: number, field: string): number {
  const text = Deno.readTextFileSync(`/proc/${pid}/status`);
  return Number(text.match(new RegExp(`^${field}:\\s+(\\d+) kB`, "m"))![1]) * 1024;
}
