/** The command: what `kca run -- true` takes, and what is held while the program runs. */
import { join } from "@std/path";
import type { App } from "../app.ts";
import type { Bench } from "../bench.ts";
import { launch, type Program, type Times } from "../launch.ts";
import { installPeers, type Peer, writePeerFiles } from "../peers.ts";
import { startServer } from "../server.ts";
import { beyond, mapSamples, medianOf, ratioBeyond, scale } from "../stats.ts";
import { heldBeside, processesOf, programBelow } from "../processes.ts";
import type { Runtime } from "../tools.ts";

const [EMPTY, READ] = ["an empty script", "connect and one read"];
const SECRET = "secret-API_KEY";
const QUIET = { DO_NOT_TRACK: "1", VARLOCK_TELEMETRY_DISABLED: "1" };

/** Where programs are run. */
interface Environment {
  cwd: string;
  env: Record<string, string>;
}

/** A command that starts a program with the variable VALUE. */
interface Starter {
  name: string;
  /** It and its arguments up to the program. */
  command: string[];
}

function startersOf(runtime: Runtime, app: App, peers: Peer[]): Starter[] {
  const kca = [...kcaOf(runtime, app), "run", "--map", "VALUE=API_KEY", "--"];
  const others = runtime.name === "node26" ? peers : [];
  return [
    { name: "kca", command: kca },
    ...others.map(({ name, script }) => ({
      name,
      command: [...runtime.command, script, "run", "--"],
    })),
  ];
}

function kcaOf(runtime: Runtime, app: App): string[] {
  return [...runtime.command, join(app.package, app.manifest.bin.kca)];
}

/** Measures `kca` on each runtime, and on Node two others from npm beside it. */
export async function command(bench: Bench, app: App): Promise<void> {
  const peers = await installPeers();
  await writePeerFiles(app.folder, SECRET);
  await using server = await startServer(bench.tools);
  // As users do: with `--socket`, kca connects only after it has read its arguments.
  const named = { KEYCHAIN_AUTH_SOCKET: server.socket, KEYCHAIN_AUTH_SERVICE: "bench" };
  const environment: Environment = { cwd: app.folder, env: { ...QUIET, ...named } };
  for (const runtime of bench.tools.runtimes) {
    if (runtime.name === "node24") continue;
    // Deno keeps what it compiled once a script waits for something, which a real daemon's 0.1 s
    // have `kca run` do at its first start, and this server does not.
    const version = [...kcaOf(runtime, app), "--version"];
    await launch(bench.tools, { name: "kca --version", command: version }, environment);
    const starters = startersOf(runtime, app, peers);
    // That the program is given the value is seen once; `true` would not tell.
    for (const { name, command } of starters) {
      const check = ["sh", "-c", `test "$VALUE" = ${SECRET}`];
      await launch(bench.tools, { name, command: [...command, ...check] }, environment);
    }
    await startTime(bench, app, runtime, starters, environment);
    await memory(bench, runtime, starters, environment);
  }
}

async function startTime(
  bench: Bench,
  app: App,
  runtime: Runtime,
  starters: Starter[],
  environment: Environment,
): Promise<void> {
  const figure = "… run -- true, process start to exit";
  console.log(`\n${figure}: ${runtime.name}`);
  const programs: Program[] = [
    { name: EMPTY, command: [...runtime.command, app.script("first_empty")] },
    {
      name: READ,
      command: [...runtime.command, app.script("first_ours"), environment.env.KEYCHAIN_AUTH_SOCKET],
    },
    ...starters.map(({ name, command }) => ({ name, command: [...command, "true"] })),
  ];
  const run = (program: Program): Promise<Times> => launch(bench.tools, program, environment);
  for (let i = 0; i < 3; i++) for (const program of programs) await run(program);
  const both = await bench.takeTurns(programs, bench.amount(8, 4), async (program) => [
    await run(program),
  ]);
  const runs = mapSamples(both, ({ wall }) => wall);
  const processor = mapSamples(both, ({ processor }) => processor);
  for (const { name } of programs) {
    bench.note(figure, `${runtime.name}, ${name}`, medianOf(runs, name), "ms");
  }
  bench.hold(
    `kca run -- true beyond ${READ}`,
    runtime.name,
    3,
    beyond(runs, "kca", READ),
    " ms",
    beyond(processor, "kca", READ),
  );
  for (const { name } of starters.slice(1)) {
    const title = "kca run -- true / another command, beyond an empty script";
    bench.note(title, `${runtime.name}, / ${name}`, ratioBeyond(runs, "kca", name, EMPTY), "×");
  }
}

async function memory(
  bench: Bench,
  runtime: Runtime,
  starters: Starter[],
  { cwd, env }: Environment,
): Promise<void> {
  const figure = "memory held beside the program while it runs";
  console.log(`\n${figure}: ${runtime.name}`);
  if (Deno.build.os !== "linux") return bench.skip(figure, "it is read from /proc");
  const runs = await bench.takeTurns(starters, 2, async ({ command: [program, ...args] }) => {
    const child = new Deno.Command(program, {
      args: [...args, "sleep", "60"],
      cwd,
      env: { ...env, NODE_NO_WARNINGS: "1" },
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    const sleep = await programBelow(child.pid, "sleep");
    // What is let go once the program runs has time to go.
    await new Promise((resolve) => setTimeout(resolve, 300));
    const held = heldBeside(child.pid, sleep);
    const started = processesOf(child.pid);
    Deno.kill(sleep, "SIGTERM");
    await child.status;
    for (const pid of started) {
      if (processesOf(pid).length > 0) throw new Error(`Process ${pid} outlived its program`);
    }
    return [held];
  });
  for (const { name } of starters) {
    const measured = scale(medianOf(runs, name), 1e-6);
    bench.note(figure, `${runtime.name}, ${name}`, measured, "MB");
  }
}
