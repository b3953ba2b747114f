/** How much there is to load and to install. */
import { fromFileUrl, join } from "@std/path";
import { build, type Metafile, stop } from "esbuild";
import { gzipSync } from "node:zlib";
import type { Bench } from "../bench.ts";
import { output } from "../toolchain.ts";

const ROOT = fromFileUrl(new URL("../..", import.meta.url));

/** Sizes of the entries, minified and gzipped, and of the npm package. */
export async function size(bench: Bench): Promise<void> {
  console.log("\nsizes");
  const { exports } = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json")));
  try {
    for (const [name, path] of Object.entries(exports as Record<string, string>)) {
      const all = await bundle(path, []);
      bench.record("bundle, min+gzip, all runtimes", entry(name), [[all.gzip]], "kB", 1000);
    }
    const bun = await bundle("mod.ts", NOT_ON_BUN);
    bench.record("bundle, min+gzip, for Bun", entry("."), [[bun.gzip]], "kB", 1000);
    bench.record("bundle, minified, for Bun", entry("."), [[bun.minified]], "kB", 1000);
    bench.bar(
      "library entry, min+gzip, all that a Bun user loads",
      "bun",
      12,
      bun.gzip / 1000,
      " kB",
    );
    const core = await bundle("core.ts", []);
    bench.bar("core alone, min+gzip", "core", 5, core.gzip / 1000, " kB");
  } finally {
    await stop();
  }
  await installed(bench);
}

// Imported only where there is no FFI.
const NOT_ON_BUN = [/\/net\.ts$/];

function entry(name: string): { name: string; runtime: string } {
  return { name: `entry ${name}`, runtime: "" };
}

/** One file of everything that an entry reaches, but for the modules left out. */
async function bundle(
  path: string,
  without: readonly RegExp[],
): Promise<{ minified: number; gzip: number; inputs: Metafile["inputs"] }> {
  const result = await build({
    entryPoints: [join(ROOT, path)],
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: "esm",
    platform: "node",
    target: "es2022",
    external: ["bun:*", "node:*"],
    logLevel: "warning",
    plugins: [{
      name: "without",
      setup({ onResolve }) {
        onResolve(
          { filter: /^\./ },
          ({ path }) =>
            without.some((pattern) => pattern.test(path)) ? { path, external: true } : undefined,
        );
      },
    }],
  });
  const { contents } = result.outputFiles[0];
  return {
    minified: contents.length,
    gzip: gzipSync(contents, { level: 9 }).length,
    inputs: result.metafile.inputs,
  };
}

async function installed(bench: Bench): Promise<void> {
  const figure = "npm package";
  if (await output(Deno.execPath(), "task", "--quiet", "build") === undefined) {
    return bench.skip(figure, "the package could not be built");
  }
  const text = await output("npm", "pack", "--dry-run", "--json", "--ignore-scripts", ROOT);
  if (text === undefined) return bench.skip(figure, "npm pack failed");
  const [{ size, unpackedSize, entryCount }] = JSON.parse(text);
  const of = (name: string) => ({ name, runtime: "" });
  bench.record(figure, of("download"), [[size]], "kB", 1000);
  bench.record(figure, of("installed"), [[unpackedSize]], "kB", 1000);
  bench.record(`${figure}, files`, of("installed"), [[entryCount]], "");
}
