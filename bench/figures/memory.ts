/** Peak memory of the big read above that of the same process, connected and idle. */
import type { Bench } from "../bench.ts";
import { bigReplyFile } from "../big_reply.ts";
import { formsOf, naive, ours } from "../ours.ts";
import { rounds } from "../rounds.ts";
import { script } from "../runtimes.ts";
import { startServer } from "../server.ts";
import { median } from "../stats.ts";
import { foreign } from "../toolchain.ts";
import { type Contender, Worker } from "../worker.ts";

/** Measures a new process each time, from outside. */
export async function memory(bench: Bench): Promise<void> {
  const figure = "peak memory of the prefix read of 10,000, above idle";
  console.log(`\n${figure}`);
  if (Deno.build.os !== "linux") return bench.skip(figure, "it is read from /proc");
  const { tools } = bench;
  await using server = await startServer(tools);
  const file = await bigReplyFile(tools.cache, server.socket);
  const forms = tools.runtimes.flatMap((runtime) =>
    formsOf(runtime).map((form) => ours(runtime, form, server.socket))
  );
  const contenders = [
    ...foreign(tools, server.socket),
    ...tools.runtimes.map((runtime) => script(runtime, "TextDecoder + JSON.parse", "floor", file)),
    ...tools.runtimes.map((runtime) => naive(runtime, server.socket)),
    ...forms,
  ];
  const peaks = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
  await rounds(contenders, bench.amount(5, 2), async (contender) => {
    peaks.get(contender.name)!.push(await peakOf(contender));
  });
  for (const contender of contenders) {
    bench.record(figure, contender, [peaks.get(contender.name)!], "MB", 1e6);
  }
  for (const { name, runtime, style, transport } of forms) {
    const ratio = median(peaks.get(name)!) / server.bigReply;
    const subject = `${runtime} ${style} ${transport}`;
    bench.bar("peak memory of the prefix read, to its reply", subject, 6, ratio, "×");
  }
}

async function peakOf(contender: Contender): Promise<number> {
  const worker = new Worker(contender);
  try {
    const parse = contender.name.startsWith("TextDecoder");
    await worker.run(parse ? "json" : "exact", 200);
    // From here on the kernel's high-water mark is of what follows.
    Deno.writeTextFileSync(`/proc/${worker.pid}/clear_refs`, "5");
    const idle = status(worker.pid, "VmRSS");
    const apart = /^(naive|ours)/.test(contender.name);
    await worker.run(parse ? "parse" : apart ? "hold" : "prefix", 1);
    const peak = status(worker.pid, "VmHWM");
    // Checking 10,000 values takes memory too, which is not the client's.
    if (apart) await worker.run("check", 1);
    return peak - idle;
  } finally {
    await worker.stop();
  }
}

function status(pid: number, field: string): number {
  const text = Deno.readTextFileSync(`/proc/${pid}/status`);
  return Number(text.match(new RegExp(`^${field}:\\s+(\\d+) kB`, "m"))![1]) * 1024;
}
