/** The JavaScript runtimes that take part, and their scripts as contenders. */
import { fromFileUrl, join } from "@std/path";
import { build, stop } from "esbuild";
import { prepareRuntime } from "../tests/launcher/runtimes.ts";
import type { Contender } from "./worker.ts";

const HERE = fromFileUrl(new URL(".", import.meta.url));

/** A runtime and how it runs a script. */
export interface Runtime {
  /** `deno`, `bun`, `node26` or `node20`. */
  name: string;
  version: string;
  /** The program and its arguments before the script. */
  command: string[];
  /** Folder of the scripts: the sources, or what was built of them. */
  scripts: string;
  extension: ".ts" | ".js";
  /** Whether it can call into libc. */
  ffi: boolean;
}

/** Finds or installs the runtimes; the ones that are missing are named in `skipped`. */
export async function findRuntimes(
  cache: string,
  skipped: { name: string; reason: string }[],
): Promise<Runtime[]> {
  const built = await buildScripts(cache);
  const runtimes: Runtime[] = [];
  for (const name of ["deno", "bun", "node26", "node20"]) {
    try {
      const { exec, kind } = await prepareRuntime(name, join(HERE, "../.cache/runtimes"));
      const { stdout } = await new Deno.Command(exec, { args: ["--version"] }).output();
      const node = kind === "node";
      runtimes.push({
        name,
        version: new TextDecoder().decode(stdout).split("\n")[0],
        command: [exec, ...(kind === "deno" ? ["run", "-A", "--quiet", "--no-lock"] : [])],
        scripts: node ? built : join(HERE, "clients"),
        extension: node ? ".js" : ".ts",
        ffi: name !== "node20",
      });
    } catch (error) {
      skipped.push({ name, reason: String(error).split("\n")[0] });
    }
  }
  return runtimes;
}

/** Builds the scripts as a package would be built: shared chunks, dynamic imports kept apart. */
async function buildScripts(cache: string): Promise<string> {
  const entryPoints = [...Deno.readDirSync(join(HERE, "clients"))]
    .map(({ name }) => join(HERE, "clients", name));
  const outdir = join(cache, "clients");
  await Deno.remove(outdir, { recursive: true }).catch(() => {});
  try {
    await build({
      entryPoints,
      outdir,
      bundle: true,
      splitting: true,
      format: "esm",
      platform: "node",
      target: "node20",
      external: ["bun:*", "node:*"],
      logLevel: "warning",
    });
  } finally {
    await stop();
  }
  return outdir;
}

/** The same runtime, running what was built of the sources. */
export function builtFor(runtime: Runtime, cache: string): Runtime {
  return { ...runtime, scripts: join(cache, "clients"), extension: ".js" };
}

/** A script of bench/clients as a contender. */
export function script(
  runtime: Runtime,
  name: string,
  file: string,
  ...args: string[]
): Contender {
  return {
    name: `${name}, ${runtime.name}`,
    runtime: runtime.name,
    command: [...runtime.command, join(runtime.scripts, file + runtime.extension), ...args],
  };
}
