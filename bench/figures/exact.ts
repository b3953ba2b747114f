/** The warm exact read: one secret, one request, one reply, on a connection that is open. */
import type { Bench } from "../bench.ts";
import { bigReplyFile } from "../big_reply.ts";
import { bare, formsOf, naive, ours } from "../ours.ts";
import { takeTurns, type Work } from "../rounds.ts";
import { script } from "../runtimes.ts";
import { startServer } from "../server.ts";
import { median, pairedRatio } from "../stats.ts";
import { foreign } from "../toolchain.ts";

/** Measures with all processes free, and with all of them on one core. */
export async function exact(bench: Bench): Promise<void> {
  await measure(bench, "free");
  if (bench.tools.taskset) await measure(bench, "pinned");
}

async function measure(bench: Bench, setting: "free" | "pinned"): Promise<void> {
  const figure = `warm exact read, ${setting}`;
  console.log(`\n${figure}`);
  const core = setting === "pinned" ? 1 : undefined;
  const { tools } = bench;
  await using server = await startServer(tools, { core });
  const file = await bigReplyFile(tools.cache, server.socket);
  const others = [
    ...foreign(tools, server.socket),
    ...tools.runtimes.map((runtime) => naive(runtime, server.socket)),
    ...tools.runtimes.flatMap((runtime) => bare(runtime, server.socket)),
  ];
  const forms = tools.runtimes.flatMap((runtime) =>
    formsOf(runtime).map((form) => ours(runtime, form, server.socket))
  );
  const json = tools.runtimes.map((runtime) => script(runtime, "JSON alone", "floor", file));
  const count = 400;
  const works: Work[] = [
    ...[...others, ...forms].map((contender): Work => ({
      contender,
      task: ["exact", count],
      warmUp: ["exact", bench.amount(6000, 3000)],
    })),
    ...json.map((contender): Work => ({
      contender,
      task: ["json", 2000],
      warmUp: ["json", 40_000],
    })),
  ];
  const runs = await takeTurns(works, bench.amount(30, 6), { core });
  bench.recordAll(figure, [...json, ...others, ...forms], runs, "µs");

  const rounds = runs.get("c client")!.length;
  const of = (name: string) => (round: number) => median(runs.get(name)![round]);
  const floorOf = (runtime: string) => (round: number) =>
    of("c client")(round) + of(`JSON alone, ${runtime}`)(round);
  for (const { name: runtime } of tools.runtimes) {
    const medians = Array.from({ length: rounds }, (_, round) => [floorOf(runtime)(round)]);
    bench.record(figure, { name: `floor (c client + JSON), ${runtime}`, runtime }, medians, "µs");
  }
  for (const form of forms) {
    const { runtime, style, transport, name } = form;
    const floor = floorOf(runtime);
    const ratio = pairedRatio(rounds, of(name), floor);
    const subject = `${runtime} ${transport}, ${setting}`;
    const limit = style === "async" || runtime === "node26" ? 1.4 : 1.2;
    const alone = `bare ffi, ${runtime}`;
    const limitOf = (base: (round: number) => number): number | undefined =>
      transport === "ffi" ? pairedRatio(rounds, of(alone), base) : undefined;
    const title = `warm exact read, ${style}, to the floor`;
    bench.bar(title, subject, limit, ratio, "×", limitOf(floor));
    if (style === "async") {
      const plain = of(`naive node:net, ${runtime}`);
      const beside = pairedRatio(rounds, of(name), plain);
      const title = "warm exact read, async, to the naive client";
      bench.bar(title, subject, 1, beside, "×", limitOf(plain));
    }
  }
}
