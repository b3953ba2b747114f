/** The warm exact read: one secret, one request, one reply, on a connection that is open. */
import type { App } from "../app.ts";
import type { Bench } from "../bench.ts";
import { type Server, startServer } from "../server.ts";
import { medianOf, ratio, type Runs, scale } from "../stats.ts";
import type { Runtime } from "../tools.ts";
import { type Contender, Worker } from "../worker.ts";

/** What a contender's figure may be at most, by the name of the rival. */
interface Own extends Contender {
  bars: Record<string, number>;
}

function ownOf(runtime: Runtime, app: App, socket: string): Own[] {
  const { name, command } = runtime;
  const own = (title: string, bars: Own["bars"], script: string, ...args: string[]): Own => ({
    name: `${name}, ${title}`,
    command: [...command, app.script(script), socket, ...args],
    bars,
  });
  const all = [own("async node", { "naive node:net": 1.2 }, "ours", "node")];
  if (name === "deno") {
    all.push(own("async deno", {}, "ours", "deno"));
  }
  if (runtime.ffi) {
    all.push(
      own("sync ffi", { "bare ffi": 1.15 }, "ours_sync"),
      own("async ffi", { "bare ffi": 1.4, "naive node:net": 0.95 }, "ours", "ffi"),
    );
  }
  return all;
}

function rivalsOf({ name, command, ffi }: Runtime, app: App, socket: string): Contender[] {
  const naive = [...command, app.script("naive"), socket];
  const bare = [...command, app.script("bare"), socket];
  return [
    { name: `${name}, naive node:net`, command: naive },
    ...(ffi ? [{ name: `${name}, bare ffi`, command: bare }] : []),
  ];
}

/** Has all clients take turns, in blocks, each run with new processes and a new server. */
export async function warm(bench: Bench, app: App): Promise<void> {
  const figure = "warm read of one secret";
  console.log(`\n${figure}`);
  const { runtimes, foreign } = bench.tools;
  let workers = new Map<string, Worker>();
  const contendersOf = async ({ socket }: Server): Promise<(Contender & Partial<Own>)[]> => {
    const own = runtimes.flatMap((runtime) => ownOf(runtime, app, socket));
    const present = [];
    for (const one of own) if (await isThere(bench, app, one)) present.push(one);
    return [
      ...foreign.map(({ name, command }) => ({ name, command: [...command, socket] })),
      ...runtimes.flatMap((runtime) => rivalsOf(runtime, app, socket)),
      ...present,
    ];
  };
  await using server = await startServer(bench.tools);
  const contenders = await contendersOf(server);
  const runs: Runs = await bench.takeTurns(
    contenders,
    bench.amount(14, 6),
    ({ name }) => workers.get(name)!.run("exact", 400),
    async (_, turns) => {
      workers = new Map();
      try {
        for (const contender of contenders) {
          const worker = new Worker(contender, app.folder);
          workers.set(contender.name, worker);
          await worker.run("exact", bench.amount(6000, 3000));
        }
        await turns();
      } finally {
        await Promise.all([...workers.values()].map((worker) => worker.stop()));
      }
    },
  );
  for (const { name } of contenders) {
    bench.note(figure, name, scale(medianOf(runs, name), 1e-3), "µs");
  }
  for (const { name, bars = {} } of contenders) {
    const [runtime] = name.split(", ");
    for (const [rival, limit] of Object.entries(bars)) {
      bench.hold(`warm read / ${rival}`, name, limit, ratio(runs, name, `${runtime}, ${rival}`));
    }
  }
}

/** Whether the transport exists; only that of Deno may be missing. */
async function isThere(bench: Bench, app: App, contender: Contender): Promise<boolean> {
  if (contender.name !== "deno, async deno") return true;
  const [program, ...args] = contender.command;
  const { success, stderr } = await new Deno.Command(program, {
    args,
    cwd: app.folder,
    stdin: "null",
    env: { NO_COLOR: "1" },
  }).output();
  if (success) return true;
  const [reason] = new TextDecoder().decode(stderr).split("\n");
  bench.skip(contender.name, reason);
  return false;
}
