/** The first secret, from process start to exit, beyond what an empty script takes. */
import type { App } from "../app.ts";
import type { Bench } from "../bench.ts";
import { launch, type Program, type Times } from "../launch.ts";
import { startServer } from "../server.ts";
import { beyond, mapSamples, medianOf, ratioBeyond } from "../stats.ts";
import type { Runtime } from "../tools.ts";

/** Processes that are compared with each other. */
interface Group {
  runtime: Runtime;
  /** The runtime and its permissions. */
  title: string;
  /** Which scripts, by what they are called. */
  scripts: Record<string, string>;
  /** The arguments of the runtime before the script. */
  command: (socket: string) => readonly string[];
  /** What is held against which rival, and how many times its time may be taken. */
  bars: { over: string; under: string; limit: number }[];
}

const [EMPTY, BARE, NAIVE] = ["an empty script", "bare ffi", "naive node:net"];
const [PACKAGE, SOURCES, SYNC] = ["the npm package", "sources", "the npm package, connectSync"];

function groupsOf(runtimes: readonly Runtime[]): Group[] {
  const plain = { [EMPTY]: "first_empty", [NAIVE]: "first_naive" };
  const bare = { ...plain, [BARE]: "first_bare" };
  return runtimes.flatMap((runtime): Group[] => {
    const all = { runtime, title: runtime.name, command: () => runtime.command };
    switch (runtime.name) {
      case "deno":
        return [
          {
            ...all,
            scripts: {
              ...bare,
              [PACKAGE]: "first_ours",
              [SOURCES]: "first_sources",
              [SYNC]: "first_sync",
            },
            bars: [
              { over: SOURCES, under: BARE, limit: 3.5 },
              { over: PACKAGE, under: BARE, limit: 2.5 },
              { over: SOURCES, under: NAIVE, limit: 0.35 },
              { over: PACKAGE, under: NAIVE, limit: 0.35 },
            ],
          },
          {
            ...all,
            title: "deno without --allow-ffi",
            scripts: { ...plain, [PACKAGE]: "first_ours" },
            command: (socket) => [
              // The client looks at every folder on the way to the socket.
              ...[runtime.exec, "run", "--no-prompt", `--allow-read=/${socket.split("/")[1]}`],
              ...[`--allow-write=${socket}`, `--allow-net=unix:${socket}`, "--allow-sys=uid"],
            ],
            bars: [{ over: PACKAGE, under: NAIVE, limit: 0.35 }],
          },
        ];
      case "bun":
        return [{
          ...all,
          scripts: { ...bare, [PACKAGE]: "first_ours", [SYNC]: "first_sync" },
          bars: [
            { over: PACKAGE, under: BARE, limit: 2.5 },
            { over: PACKAGE, under: NAIVE, limit: 0.45 },
          ],
        }];
      case "node26":
        return [{
          ...all,
          scripts: { ...bare, [PACKAGE]: "first_ours" },
          bars: [{ over: PACKAGE, under: NAIVE, limit: 1.5 }],
        }];
      case "node24":
        return [];
    }
  });
}

/** Has short processes take turns. */
export async function start(bench: Bench, app: App): Promise<void> {
  for (const group of groupsOf(bench.tools.runtimes)) await measure(bench, app, group);
}

/** The same client in one file, by two bundlers, beside the installed package. */
export async function bundles(bench: Bench, app: App): Promise<void> {
  const { runtimes } = bench.tools;
  const bun = runtimes.find(({ name }) => name === "bun");
  for (const runtime of runtimes) {
    if (runtime.name !== "deno" && runtime.name !== "bun") continue;
    const scripts: Record<string, string> = { [EMPTY]: "first_empty", [PACKAGE]: "first_ours" };
    await app.bundle("esbuild", `esbuild_${runtime.name}`);
    scripts["one file by esbuild"] = `esbuild_${runtime.name}`;
    if (bun) {
      await app.bundle("bun", `bun_${runtime.name}`, bun, runtime.name === "bun" ? "bun" : "node");
      scripts["one file by bun build"] = `bun_${runtime.name}`;
    } else bench.skip("bundles by bun build", "there is no bun");
    await measure(bench, app, {
      runtime,
      title: runtime.name,
      scripts,
      command: () => runtime.command,
      bars: Object.keys(scripts).slice(2).map((over) => ({ over, under: PACKAGE, limit: 1.1 })),
    });
  }
}

async function measure(bench: Bench, app: App, group: Group): Promise<void> {
  const figure = "first secret beyond an empty script, process start to exit";
  console.log(`\n${figure}: ${group.title}`);
  await using server = await startServer(bench.tools);
  const programs = Object.entries(group.scripts).map(([name, script]): Program => ({
    name,
    command: [...group.command(server.socket), app.script(script), server.socket],
  }));
  const run = (program: Program): Promise<Times> =>
    launch(bench.tools, program, { cwd: app.folder });
  // The runtime's own caches: Deno keeps compiled code after the second time it has seen it.
  for (let i = 0; i < 3; i++) for (const program of programs) await run(program);
  const both = await bench.takeTurns(programs, bench.amount(12, 6), async (program) => [
    await run(program),
  ]);
  const runs = mapSamples(both, ({ wall }) => wall);
  const processor = mapSamples(both, ({ processor }) => processor);
  bench.note("an empty script, process start to exit", group.title, medianOf(runs, EMPTY), "ms");
  for (const { name } of programs.slice(1)) {
    bench.note(figure, `${group.title}, ${name}`, beyond(runs, name, EMPTY), "ms");
  }
  console.log("  and in processor time:");
  for (const { name } of programs.slice(1)) {
    const used = beyond(processor, name, EMPTY);
    bench.note(`${figure}, processor time`, `${group.title}, ${name}`, used, "ms");
  }
  for (const { over, under, limit } of group.bars) {
    const measured = ratioBeyond(runs, over, under, EMPTY);
    const used = ratioBeyond(processor, over, under, EMPTY);
    bench.hold(`first secret / ${under}`, `${group.title}, ${over}`, limit, measured, "×", used);
  }
}
