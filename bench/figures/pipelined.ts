/** Ten thousand reads sent without waiting, beside as many one after the other. */
import type { Bench } from "../bench.ts";
import { bare, formsOf, naive, ours } from "../ours.ts";
import { takeTurns, type Work } from "../rounds.ts";
import { startServer } from "../server.ts";
import { pairedMedians } from "../stats.ts";
import { foreign } from "../toolchain.ts";

const COUNT = 10_000;

/** Measures requests that are never merged, so that each has its own reply. */
export async function pipelined(bench: Bench): Promise<void> {
  console.log(`\n${COUNT} reads, pipelined and sequential`);
  const { tools } = bench;
  await using server = await startServer(tools);
  const forms = tools.runtimes.flatMap((runtime) =>
    formsOf(runtime).filter(({ style }) => style === "async")
      .map((form) => ours(runtime, form, server.socket))
  );
  const contenders = [
    ...foreign(tools, server.socket).filter(({ runtime }) => runtime === "c"),
    ...tools.runtimes.map((runtime) => naive(runtime, server.socket)),
    ...tools.runtimes.flatMap((runtime) => bare(runtime, server.socket)),
    ...forms,
  ];
  const works = contenders.flatMap((contender) =>
    ["pipelined", "sequential"].map((task): Work => ({
      contender,
      task: [task, COUNT],
      warmUp: [task, COUNT],
      warmUps: 3,
      as: `${task} ${contender.name}`,
    }))
  );
  const runs = await takeTurns(works, bench.amount(6, 2));
  for (const { contender, task: [task], as } of works) {
    bench.record(`${COUNT} ${task} reads`, contender, runs.get(as!)!, "ms");
  }
  const ratioOf = (pipelined: string, sequential: string): number =>
    pairedMedians(runs.get(`pipelined ${pipelined}`)!, runs.get(`sequential ${sequential}`)!);
  for (const { name, runtime, transport } of forms) {
    const limit = transport === "ffi" ? ratioOf(`bare ffi, ${runtime}`, name) : undefined;
    const subject = `${runtime} ${transport}`;
    const title = "10,000 pipelined reads, to sequential";
    bench.bar(title, subject, 0.35, ratioOf(name, name), "×", limit);
  }
}
