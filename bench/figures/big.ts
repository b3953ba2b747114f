/** The prefix read with 10,000 results. */
import type { Bench } from "../bench.ts";
import { bigReplyFile } from "../big_reply.ts";
import { bare, formsOf, naive, ours } from "../ours.ts";
import { takeTurns, type Work } from "../rounds.ts";
import { script } from "../runtimes.ts";
import { startServer } from "../server.ts";
import { pairedMedians } from "../stats.ts";
import { foreign } from "../toolchain.ts";

/** Measures it beside TextDecoder and JSON.parse of the same bytes. */
export async function big(bench: Bench): Promise<void> {
  const figure = "prefix read of 10,000";
  const { tools } = bench;
  await using server = await startServer(tools);
  console.log(`\n${figure}, ${server.bigReply} bytes`);
  const file = await bigReplyFile(tools.cache, server.socket);
  const parse = tools.runtimes.map((runtime) =>
    script(runtime, "TextDecoder + JSON.parse", "floor", file)
  );
  const forms = tools.runtimes.flatMap((runtime) =>
    formsOf(runtime).map((form) => ours(runtime, form, server.socket))
  );
  const others = [
    ...foreign(tools, server.socket),
    ...tools.runtimes.map((runtime) => naive(runtime, server.socket)),
    ...tools.runtimes.flatMap((runtime) => bare(runtime, server.socket)),
  ];
  const works = [
    ...parse.map((contender): Work => ({
      contender,
      task: ["parse", 3],
      warmUp: ["parse", 20],
    })),
    ...[...others, ...forms].map((contender): Work => ({
      contender,
      task: ["prefix", 3],
      warmUp: ["prefix", contender.runtime === "python" ? 1 : 10],
    })),
  ];
  const all = forms.map((contender): Work => ({
    contender,
    task: ["all", 3],
    warmUp: ["all", 10],
    as: `all, ${contender.name}`,
  }));
  const runs = await takeTurns([...works, ...all], bench.amount(12, 4));
  bench.recordAll(figure, [...parse, ...others, ...forms], runs, "ms");
  for (const { contender, as } of all) {
    bench.record(`${figure}, and all of it used in order`, contender, runs.get(as!)!, "ms");
  }
  for (const { name, runtime, style, transport } of forms) {
    const base = runs.get(`TextDecoder + JSON.parse, ${runtime}`)!;
    const ratio = pairedMedians(runs.get(name)!, base);
    const alone = runs.get(`bare ffi, ${runtime}`);
    const limit = transport === "ffi" ? pairedMedians(alone!, base) : undefined;
    const subject = `${runtime} ${style} ${transport}`;
    const title = "prefix read of 10,000, to TextDecoder + JSON.parse";
    bench.bar(title, subject, 1.3, ratio, "×", limit);
  }
}
