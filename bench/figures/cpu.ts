/** Processor time, user and system, of 20,000 reads one after the other. */
import type { Bench } from "../bench.ts";
import { bare, formsOf, naive, ours } from "../ours.ts";
import { takeTurns } from "../rounds.ts";
import { startServer } from "../server.ts";
import { pairedMedians } from "../stats.ts";
import { foreign } from "../toolchain.ts";

const READS = 20_000;

/** Measures it from outside, all threads included: all processes free, and all on one core. */
export async function cpu(bench: Bench): Promise<void> {
  if (Deno.build.os !== "linux") return bench.skip("processor time", "it is read from /proc");
  await measure(bench, "free");
  if (bench.tools.taskset) await measure(bench, "pinned");
}

async function measure(bench: Bench, setting: "free" | "pinned"): Promise<void> {
  const figure = `processor time of ${READS} sequential reads, ${setting}`;
  console.log(`\n${figure}`);
  const core = setting === "pinned" ? 1 : undefined;
  const { tools } = bench;
  await using server = await startServer(tools, { core });
  const forms = tools.runtimes.flatMap((runtime) =>
    formsOf(runtime).map((form) => ours(runtime, form, server.socket))
  );
  const contenders = [
    ...foreign(tools, server.socket),
    ...tools.runtimes.map((runtime) => naive(runtime, server.socket)),
    ...tools.runtimes.flatMap((runtime) => bare(runtime, server.socket)),
    ...forms,
  ];
  const used = new Map<string, number[][]>(contenders.map(({ name }) => [name, []]));
  const works = contenders.map((contender) => ({
    contender,
    task: ["sequential", READS] as const,
    warmUp: ["sequential", READS] as const,
  }));
  await takeTurns(works, bench.amount(4, 1), {
    core,
    async around({ pid, contender }, run) {
      const before = processorTime(pid);
      await run();
      used.get(contender.name)!.push([processorTime(pid) - before]);
    },
  });
  for (const contender of contenders) {
    bench.record(figure, contender, used.get(contender.name)!, "ms", 1);
  }
  for (const { name, runtime, style, transport } of forms) {
    if (style !== "async" || transport !== "ffi") continue;
    const plain = used.get(`naive node:net, ${runtime}`)!;
    const ratio = pairedMedians(used.get(name)!, plain);
    const limit = pairedMedians(used.get(`bare ffi, ${runtime}`)!, plain);
    const bar = runtime === "node26" ? undefined : 0.7;
    const subject = `${runtime} ffi, ${setting}`;
    bench.bar("processor time, async, to the naive client", subject, bar, ratio, "×", limit);
  }
}

/** Milliseconds that a process has used so far, in user and system mode, by all its threads. */
function processorTime(pid: number): number {
  const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  // utime and stime, in ticks of 10 ms; the kernel scales them so that their sum is exact.
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
