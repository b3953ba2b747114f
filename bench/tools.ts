/** Finds and builds what a run needs. */
import { fromFileUrl, join } from "@std/path";
import { prepareRuntime } from "../tests/launcher/runtimes.ts";

const HERE = fromFileUrl(new URL(".", import.meta.url));

/** The root of the repository. */
export const ROOT: string = join(HERE, "..");

/** Where built files and partial results go. */
export const CACHE: string = join(ROOT, ".cache", "bench");

/** A JavaScript runtime. */
export interface Runtime {
  name: "deno" | "bun" | "node26" | "node24";
  exec: string;
  /** The program and its arguments before the script. */
  command: string[];
  /** Whether it can call into libc. */
  ffi: boolean;
}

/** The tools of one run. Those that the machine lacks are named in `skipped`. */
export interface Tools {
  server: string;
  launch: string;
  runtimes: Runtime[];
  /** Clients in other languages, which work as the published ones do. */
  foreign: { name: string; command: string[] }[];
  versions: Record<string, string>;
  skipped: { name: string; reason: string }[];
}

/** Runs a program; undefined when it is not there or fails. */
export async function output(
  [program, ...args]: readonly string[],
  options: { cwd?: string } = {},
): Promise<string | undefined> {
  try {
    const command = new Deno.Command(program, { args, ...options, stderr: "piped" });
    const { success, stdout, stderr } = await command.output();
    if (success) return new TextDecoder().decode(stdout).trim();
    console.error(new TextDecoder().decode(stderr));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Runs a program that has to succeed. */
export async function mustOutput(
  command: readonly string[],
  options: { cwd?: string } = {},
): Promise<string> {
  const text = await output(command, options);
  if (text === undefined) throw new Error(`\`${command.join(" ")}\` failed or is not there`);
  return text;
}

async function compile(name: string, ...flags: string[]): Promise<string> {
  const program = join(CACHE, name);
  const source = join(HERE, "native", `${name}.c`);
  await mustOutput(["gcc", "-O2", "-Wall", "-Wextra", ...flags, "-o", program, source]);
  return program;
}

/** Compiles the server that all clients are measured with. */
export async function compileServer(): Promise<string> {
  await Deno.mkdir(CACHE, { recursive: true });
  return await compile("server", "-pthread");
}

/** Finds the runtimes and compiles the server and the launcher. */
export async function prepareTools(): Promise<Tools> {
  await Deno.mkdir(CACHE, { recursive: true });
  const skipped: Tools["skipped"] = [];
  const versions: Record<string, string> = {};
  const version = async (name: string, ...command: string[]): Promise<boolean> => {
    const text = await output(command);
    if (text !== undefined) versions[name] = text.split("\n")[0];
    return text !== undefined;
  };

  const runtimes: Runtime[] = [];
  for (const name of ["deno", "bun", "node26", "node24"] as const) {
    try {
      const { exec, kind } = await prepareRuntime(name, join(ROOT, ".cache", "runtimes"));
      const command = [exec, ...(kind === "deno" ? ["run", "-A"] : [])];
      runtimes.push({ name, exec, command, ffi: name !== "node24" });
      await version(name, exec, "--version");
    } catch (error) {
      skipped.push({ name, reason: String(error).split("\n")[0] });
    }
  }

  const foreign: Tools["foreign"] = [];
  if (await version("python", "python3", "--version")) {
    foreign.push({ name: "python", command: ["python3", join(HERE, "python/client.py")] });
  } else {
    skipped.push({ name: "python client", reason: "there is no python3" });
  }
  if (await version("go", "go", "version")) {
    const program = join(CACHE, "go_client");
    await mustOutput(["go", "build", "-o", program, join(HERE, "go/main.go")]);
    foreign.push({ name: "go", command: [program] });
  } else {
    skipped.push({ name: "go client", reason: "there is no go" });
  }
  return {
    server: await compileServer(),
    launch: await compile("launch"),
    runtimes,
    foreign,
    versions,
    skipped,
  };
}
