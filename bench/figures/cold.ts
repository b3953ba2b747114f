/** The first secret, from process start to exit, beyond what an empty script takes. */
import { type Bench, show } from "../bench.ts";
import { rounds } from "../rounds.ts";
import { builtFor, type Runtime, script } from "../runtimes.ts";
import { startServer } from "../server.ts";
import { median } from "../stats.ts";
import { type Contender, WrongAnswer } from "../worker.ts";

interface Cold extends Contender {
  kind: "empty" | "naive" | "bare" | "ours ffi" | "ours sync ffi" | "ours node";
}

/** Alternates short processes many times and takes each one's difference to the empty script. */
export async function cold(bench: Bench): Promise<void> {
  const figure = "first secret, process start to exit, minus an empty script";
  console.log(`\n${figure}`);
  await using server = await startServer(bench.tools);
  const groups = bench.tools.runtimes.flatMap((runtime) => {
    const built = builtFor(runtime, bench.tools.cache);
    // Deno takes a package as its sources, Bun and Node take what was built of them.
    if (runtime.name !== "deno") return [group(built, server.socket)];
    return [group(runtime, server.socket), group({ ...built, name: "deno, built" }, server.socket)];
  });
  for (const contenders of groups) {
    const wall = new Map<Cold, number[]>(contenders.map((contender) => [contender, []]));
    for (const contender of contenders) await launch(bench, contender);
    await rounds(contenders, bench.amount(40, 8), async (contender) => {
      wall.get(contender)!.push(await launch(bench, contender));
    });
    const [empty] = contenders;
    bench.record("empty script", empty, [wall.get(empty)!], "ms");
    const beyond = new Map<string, number>();
    for (const contender of contenders.slice(1)) {
      const differences = wall.get(contender)!.map((ns, i) => ns - wall.get(empty)![i]);
      bench.record(figure, contender, [differences], "ms");
      beyond.set(contender.kind, median(differences) / 1e6);
    }
    if (empty.runtime === "node20") continue;
    const subject = `${empty.runtime} ffi`;
    const [most, part] = empty.runtime === "node26" ? [] : [8, 0.3];
    const own = beyond.get("ours ffi")!;
    const [naive, bare] = [beyond.get("naive")!, beyond.get("bare")!];
    bench.bar("first secret beyond an empty script", subject, most, own, " ms", bare);
    bench.bar("first secret, to the naive client's", subject, part, own / naive, "×", bare / naive);
    console.log(`  synchronous: ${show(beyond.get("ours sync ffi")!)} ms`);
  }
}

function group(runtime: Runtime, socket: string): Cold[] {
  const all: Cold[] = [
    { ...script(runtime, "empty script", "cold_empty"), kind: "empty" },
    { ...script(runtime, "naive node:net", "cold_naive", socket), kind: "naive" },
    { ...script(runtime, "ours async node", "cold_ours", socket, "node"), kind: "ours node" },
  ];
  if (!runtime.ffi) return all;
  return [
    ...all,
    { ...script(runtime, "bare ffi", "cold_bare", socket), kind: "bare" },
    { ...script(runtime, "ours async ffi", "cold_ours", socket, "ffi"), kind: "ours ffi" },
    { ...script(runtime, "ours sync ffi", "cold_sync", socket), kind: "ours sync ffi" },
  ];
}

async function launch(bench: Bench, { name, command }: Cold): Promise<number> {
  const run = new Deno.Command(bench.tools.launch, {
    args: [...command],
    stdout: "piped",
    stderr: "piped",
    env: { NODE_NO_WARNINGS: "1", NO_COLOR: "1" },
  });
  const { stdout, stderr } = await run.output();
  const { ns, code } = JSON.parse(new TextDecoder().decode(stderr));
  if (code !== 0) throw new WrongAnswer(`${name}: ${new TextDecoder().decode(stdout)}`);
  return ns;
}
