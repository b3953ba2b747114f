/** A thousand different secrets: by concurrent `get`, by one `read`, and one after the other. */
import type { Bench } from "../bench.ts";
import { bare, formsOf, naive, ours } from "../ours.ts";
import { takeTurns, type Work } from "../rounds.ts";
import { startServer } from "../server.ts";
import { pairedMedians } from "../stats.ts";
import { foreign } from "../toolchain.ts";

const COUNT = 1000;

/** Measures times, and counts the requests that the concurrent calls became. */
export async function many(bench: Bench): Promise<void> {
  console.log(`\n${COUNT} different secrets`);
  const { tools } = bench;
  await using server = await startServer(tools);
  const plain = tools.runtimes.map((runtime) => naive(runtime, server.socket));
  const forms = tools.runtimes.flatMap((runtime) =>
    formsOf(runtime).map((form) => ours(runtime, form, server.socket))
  );
  const together = forms.filter(({ style }) => style === "async");
  const alone = tools.runtimes.flatMap((runtime) => bare(runtime, server.socket));
  const readers = [...foreign(tools, server.socket).filter(({ runtime }) => runtime !== "c")];
  const kinds = {
    concurrent: `${COUNT} concurrent get`,
    read: `one read of ${COUNT}`,
    sequential: `${COUNT} sequential reads`,
  };
  const work = (contender: typeof plain[number], task: keyof typeof kinds): Work => ({
    contender,
    task: [task, task === "read" ? 1 : COUNT],
    warmUp: [task, task === "read" ? 30 : COUNT],
    warmUps: task === "read" ? 1 : 30,
    as: `${task} ${contender.name}`,
  });
  const works = [
    ...plain.map((contender) => work(contender, "sequential")),
    ...[...together, ...alone].map((contender) => work(contender, "concurrent")),
    ...[...plain, ...readers, ...forms].map((contender) => work(contender, "read")),
  ];
  const asked = new Map<string, number>();
  const runs = await takeTurns(works, bench.amount(40, 8), {
    async around(_, run, as) {
      const before = await server.requests();
      await run();
      asked.set(as, Math.max(asked.get(as) ?? 0, await server.requests() - before));
    },
  });
  for (const { contender, task, as } of works) {
    bench.record(kinds[task[0] as keyof typeof kinds], contender, runs.get(as!)!, "ms");
  }
  for (const { name, runtime, transport } of together) {
    const base = runs.get(`sequential naive node:net, ${runtime}`)!;
    const ratio = pairedMedians(runs.get(`concurrent ${name}`)!, base);
    const alone = runs.get(`concurrent bare ffi, ${runtime}`);
    const limit = transport === "ffi" ? pairedMedians(alone!, base) : undefined;
    const subject = `${runtime} ${transport}`;
    bench.bar("1,000 concurrent get, to 1,000 naive requests", subject, 0.05, ratio, "×", limit);
    const requests = asked.get(`concurrent ${name}`)!;
    bench.bar("1,000 concurrent get, requests on the wire", subject, 3, requests);
  }
}
