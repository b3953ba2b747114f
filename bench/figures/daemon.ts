/** The warm exact read from the embedded daemon, which is what tests talk to. */
import type { Bench } from "../bench.ts";
import { formsOf, naive, ours } from "../ours.ts";
import { takeTurns, type Work } from "../rounds.ts";
import { script } from "../runtimes.ts";
import { foreign } from "../toolchain.ts";

/** Measures with the daemon in a process of its own, on Deno. */
export async function daemon(bench: Bench): Promise<void> {
  const figure = "warm exact read from the embedded daemon";
  console.log(`\n${figure}`);
  const { tools } = bench;
  const deno = tools.runtimes.find(({ name }) => name === "deno");
  if (!deno) return bench.skip(figure, "there is no deno");
  const [program, ...args] = script(deno, "embedded daemon", "daemon").command;
  const child = new Deno.Command(program, { args, stdout: "piped" }).spawn();
  const output = child.stdout.getReader();
  try {
    const { value } = await output.read();
    if (!value) throw new Error("The embedded daemon did not start");
    const socket = new TextDecoder().decode(value).trim();
    const contenders = [
      ...foreign(tools, socket),
      ...tools.runtimes.map((runtime) => naive(runtime, socket)),
      ...tools.runtimes.flatMap((runtime) =>
        formsOf(runtime).map((form) => ours(runtime, form, socket))
      ),
    ];
    const works = contenders.map((contender): Work => ({
      contender,
      task: ["exact", 200],
      warmUp: ["exact", 1000],
    }));
    const runs = await takeTurns(works, bench.amount(10, 4));
    bench.recordAll(figure, contenders, runs, "µs");
  } finally {
    await output.cancel();
    child.kill("SIGTERM");
    await child.status;
  }
}
