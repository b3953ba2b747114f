/** Finds and builds what the contenders are made of. */
import { fromFileUrl, join } from "@std/path";
import type { Contender } from "./worker.ts";
import { findRuntimes, type Runtime } from "./runtimes.ts";

const HERE = fromFileUrl(new URL(".", import.meta.url));
const CACHE = join(HERE, "../.cache/bench");

/** The tools of one run. Those that the machine lacks are undefined and named in `skipped`. */
export interface Toolchain {
  cache: string;
  server: string;
  launch: string;
  c: string[];
  go?: string[];
  python?: string[];
  runtimes: Runtime[];
  taskset: boolean;
  versions: Record<string, string>;
  skipped: { name: string; reason: string }[];
}

/** Runs a program; undefined when it is not there or fails. */
export async function output(program: string, ...args: string[]): Promise<string | undefined> {
  try {
    const result = await new Deno.Command(program, { args, stderr: "piped" }).output();
    if (result.success) return new TextDecoder().decode(result.stdout).trim();
    console.error(new TextDecoder().decode(result.stderr));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

async function compile(name: string, ...flags: string[]): Promise<string> {
  const program = join(CACHE, name);
  const source = join(HERE, "native", `${name}.c`);
  const built = await output("gcc", "-O2", "-Wall", "-Wextra", ...flags, "-o", program, source);
  if (built === undefined) throw new Error(`Cannot compile ${name}.c: the benchmark needs gcc`);
  return program;
}

async function buildGo(): Promise<string[] | undefined> {
  if (await output("go", "version") === undefined) {
    // The plain way on Debian; without root or another system it simply stays skipped.
    if (Deno.uid() !== 0) return;
    const arguments_ = ["install", "-y", "-q", "--no-install-recommends", "golang-go"];
    if (await output("apt-get", ...arguments_) === undefined) return;
  }
  const program = join(CACHE, "go_client");
  const built = await output("go", "build", "-o", program, join(HERE, "go/main.go"));
  return built === undefined ? undefined : [program];
}

/** Builds everything into the cache folder. */
export async function prepare(): Promise<Toolchain> {
  await Deno.mkdir(CACHE, { recursive: true });
  const skipped: Toolchain["skipped"] = [];
  const versions: Record<string, string> = {};
  const version = async (name: string, program: string, ...args: string[]) => {
    const text = (await output(program, ...args))?.split("\n")[0];
    if (text) versions[name] = text;
    return text !== undefined;
  };
  await version("gcc", "gcc", "--version");
  const python = await version("python", "python3", "--version");
  if (!python) skipped.push({ name: "python client", reason: "there is no python3" });
  const go = await buildGo();
  if (go) await version("go", "go", "version");
  else skipped.push({ name: "go client", reason: "there is no go, and it could not be installed" });
  const taskset = await output("taskset", "--version") !== undefined;
  if (!taskset) skipped.push({ name: "pinned runs", reason: "there is no taskset" });
  const runtimes = await findRuntimes(CACHE, skipped);
  for (const { name, version } of runtimes) versions[name] = version;
  return {
    cache: CACHE,
    server: await compile("server", "-pthread"),
    launch: await compile("launch"),
    c: [await compile("client")],
    go,
    python: python ? ["python3", join(HERE, "python/client.py")] : undefined,
    runtimes,
    taskset,
    versions,
    skipped,
  };
}

/** The clients that are no JavaScript. */
export function foreign(tools: Toolchain, socket: string): Contender[] {
  const all: [string, string[] | undefined][] = [
    ["c", tools.c],
    ["go", tools.go],
    ["python", tools.python],
  ];
  return all.flatMap(([name, command]) =>
    command ? [{ name: `${name} client`, runtime: name, command: [...command, socket] }] : []
  );
}
