/** A batch of 500 secrets written in one request. */
import type { Bench } from "../bench.ts";
import { formsOf, naive, ours } from "../ours.ts";
import { takeTurns } from "../rounds.ts";
import { startServer } from "../server.ts";
import { foreign } from "../toolchain.ts";

/** Measures the client's part; a real daemon takes far longer to store them. */
export async function write(bench: Bench): Promise<void> {
  const figure = "write of 500";
  console.log(`\n${figure}`);
  const { tools } = bench;
  await using server = await startServer(tools);
  const contenders = [
    ...foreign(tools, server.socket).filter(({ runtime }) => runtime !== "c"),
    ...tools.runtimes.map((runtime) => naive(runtime, server.socket)),
    ...tools.runtimes.flatMap((runtime) =>
      formsOf(runtime).map((form) => ours(runtime, form, server.socket))
    ),
  ];
  const works = contenders.map((contender) => ({
    contender,
    task: ["write", 10] as const,
    warmUp: ["write", 100] as const,
  }));
  const runs = await takeTurns(works, bench.amount(20, 6));
  bench.recordAll(figure, contenders, runs, "ms");
}
