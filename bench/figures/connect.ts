/** Connecting, to a server that is ready at once and to one that first hashes the caller. */
import type { Bench } from "../bench.ts";
import { formsOf } from "../ours.ts";
import { takeTurns, type Work } from "../rounds.ts";
import { script } from "../runtimes.ts";
import { type Server, startServer } from "../server.ts";

/** Shows what connecting costs, and that connecting early hides the daemon's part of it. */
export async function connect(bench: Bench): Promise<void> {
  console.log("\nconnecting");
  const { tools } = bench;
  await using ready = await startServer(tools);
  // A daemon needs about this long to hash an executable of 100 MB.
  await using hashing = await startServer(tools, { acceptDelayMs: 100 });
  const contenders = ({ socket }: Server) =>
    tools.runtimes.flatMap((runtime) =>
      formsOf(runtime).filter(({ style }) => style === "async").map(({ transport }) =>
        script(runtime, `ours async ${transport}`, "connecting", socket, transport)
      )
    );
  const works = (task: string, server: Server, count: number, warmUp: number): Work[] =>
    contenders(server).map((contender) => ({
      contender,
      task: [task, count],
      warmUp: [task, warmUp],
      as: contender.name,
    }));
  const figures: [string, Work[], string][] = [
    ["connect and first read", works("connect", ready, 100, 300), "µs"],
    ["start of 100 ms, then connect to a daemon that hashes", works("late", hashing, 3, 1), "ms"],
    ["connect first, then start of 100 ms", works("early", hashing, 3, 1), "ms"],
  ];
  for (const [figure, list, unit] of figures) {
    const runs = await takeTurns(list, bench.amount(6, 2));
    bench.recordAll(figure, list.map(({ contender }) => contender), runs, unit);
  }
}
