/** How much there is to load and to install. */
import { dirname, join } from "@std/path";
import { build, type BuildOptions, type Plugin, stop, transform } from "esbuild";
import { readdirSync } from "node:fs";
import { gzipSync } from "node:zlib";
import type { App } from "../app.ts";
import type { Bench } from "../bench.ts";
import { startServer } from "../server.ts";
import { mustOutput, ROOT } from "../tools.ts";

const ROW = "loaded for connect + get, min+gzip";

/** Sizes of what is loaded for a first secret, of the entries, and of the npm package. */
export async function size(bench: Bench, app: App): Promise<void> {
  console.log("\nsizes");
  const { exports } = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json")));
  try {
    for (
      const [from, main, files] of [
        ["the npm package", app.manifest.exports["."].default, await minified(app.package)],
        ["sources, bundled with splitting", "mod.js", await splitBundle()],
      ] as const
    ) {
      for (const [runtime, loaded] of await loadedBy(bench, app, files, main)) {
        bench.hold(ROW, `${runtime}, ${from}`, 13, kB(loaded), " kB");
      }
    }
    const whole = await oneFile(exports["."]);
    bench.hold(`all of ".", min+gzip`, "sources", 18, kB([whole]), " kB");
    const core = await oneFile(exports["./core"], [withoutErrors]);
    bench.hold(`all of "/core" but the errors, min+gzip`, "sources", 5, kB([core]), " kB");
    for (const [name, path] of Object.entries<string>(exports)) {
      bench.note("all of an entry, min+gzip", name, kB([await oneFile(path)]), "kB");
    }
  } finally {
    await stop();
  }
  const packed = await mustOutput(["npm", "pack", "--dry-run", "--json", "--ignore-scripts", ROOT]);
  const [{ size, unpackedSize, entryCount }] = JSON.parse(packed);
  bench.note("the npm package", "download", size / 1000, "kB");
  bench.note("the npm package", "installed", unpackedSize / 1000, "kB");
  bench.note("the npm package", "files", entryCount, "");
}

/** Minified text of files by their name, as one would put them on a disk. */
type Files = Map<string, string>;

/** What files take when each is compressed. */
function kB(texts: Iterable<string>): number {
  let bytes = 0;
  for (const text of texts) bytes += gzipSync(text, { level: 9 }).length;
  return bytes / 1000;
}

async function minified(folder: string): Promise<Files> {
  const files: Files = new Map();
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".js")) continue;
    const text = await Deno.readTextFile(join(folder, name));
    const { code } = await transform(text, { minify: true, format: "esm", target: "es2022" });
    files.set(name, code);
  }
  return files;
}

const shared = {
  bundle: true,
  minify: true,
  write: false as const,
  format: "esm" as const,
  platform: "node" as const,
  target: "es2022",
  external: ["bun:*", "node:*"],
  logLevel: "warning" as const,
} satisfies BuildOptions & { write: false };

/** What a bundler makes of a script that connects and gets: files for what is imported later. */
async function splitBundle(): Promise<Files> {
  const { outputFiles } = await build({
    ...shared,
    stdin: {
      contents: 'export { connect } from "./mod.ts";',
      resolveDir: ROOT,
      loader: "ts",
    },
    splitting: true,
    outdir: "/",
    entryNames: "mod",
  });
  return new Map(outputFiles.map(({ path, text }) => [path.slice(1), text]));
}

const withoutErrors: Plugin = {
  name: "without errors",
  setup({ onResolve }) {
    onResolve({ filter: /^\./ }, ({ path, resolveDir }) => {
      const apart = join(resolveDir, path).startsWith(join(ROOT, "src", "errors"));
      return apart ? { path, external: true } : undefined;
    });
  },
};

/** One file of everything that an entry reaches, also later. */
async function oneFile(path: string, plugins: Plugin[] = []): Promise<string> {
  const result = await build({ ...shared, entryPoints: [join(ROOT, path)], plugins });
  return result.outputFiles[0].text;
}

/** The texts of those files that Deno and Bun have loaded when the first secret is there. */
async function loadedBy(
  bench: Bench,
  app: App,
  files: Files,
  main: string,
): Promise<Map<string, string[]>> {
  const folder = join(app.folder, "loaded");
  await Deno.mkdir(folder);
  try {
    for (const [name, text] of files) {
      const mark = `(globalThis.loadedFiles ??= []).push(${JSON.stringify(name)});\n`;
      await Deno.mkdir(dirname(join(folder, name)), { recursive: true });
      await Deno.writeTextFile(join(folder, name), text.replace(/^(#!.*\n)?/, `$1${mark}`));
    }
    const script = await Deno.readTextFile(app.script("first_loaded"));
    const path = join(folder, "first_loaded.mjs");
    const entry = "./" + main.replace(/^\.\//, "");
    await Deno.writeTextFile(path, script.replace("@keychain-auth/client", entry));
    await using server = await startServer(bench.tools);
    const loaded = new Map<string, string[]>();
    for (const { name, command } of bench.tools.runtimes) {
      if (name !== "deno" && name !== "bun") continue;
      const text = await mustOutput([...command, path, server.socket]);
      loaded.set(name, (JSON.parse(text) as string[]).map((file) => files.get(file)!));
    }
    return loaded;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
