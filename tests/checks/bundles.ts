/**
 * Puts a script that uses the built package into one file with each of the usual bundlers, and
 * checks that the file loads nothing of its runtime at its top and works on Deno, Bun and Node.
 *
 * Usage: `deno run -A tests/checks/bundles.ts`, after `deno task build`.
 */
import { build, stop } from "esbuild";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import webpack, { type Configuration } from "webpack";
import { startDaemon } from "../../testing/mod.ts";
import { mustRun, runProcess } from "../launcher/process.ts";
import { prepareRuntime, type TestRuntime } from "../launcher/runtimes.ts";
import { eagerBuiltins } from "./bundles_eager.ts";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
// Inside the repository, where the package is found by its name.
const work = join(root, ".cache", `bundles-${process.pid}`);
const entry = join(work, "entry.mjs");
const hook = join(work, "hook.mjs");

const SCRIPT = `import { connect } from "@keychain-auth/client";

const loaded = [...(globalThis.loadedBuiltins ?? [])];
const [endpoint, transport] = (globalThis.Deno?.args ?? process.argv.slice(2));
const client = await connect({ endpoint, transport });
const value = await client.service("app").get("KEY");
console.log(JSON.stringify({ loaded, transport: client.transport, value }));
await client.close();
`;

// Notes what Node loads of itself for the script, by whatever way.
const HOOK = `import { isBuiltin, registerHooks } from "node:module";

const loaded = globalThis.loadedBuiltins = [];
registerHooks({
  resolve(specifier, context, next) {
    if (isBuiltin(specifier)) loaded.push(specifier);
    return next(specifier, context);
  },
});
const { getBuiltinModule } = process;
process.getBuiltinModule = (id) => {
  // Node has loaded its timers for itself.
  if (id !== "node:timers") loaded.push(id);
  return getBuiltinModule(id);
};
`;

/** A way to make one file of a script. */
interface Bundler {
  name: string;
  extension: ".mjs" | ".cjs";
  /** Where the file is meant to run. */
  runtimes: readonly string[];
  bundle(folder: string, file: string): Promise<void>;
}

function bundlersWith(bun: TestRuntime): Bundler[] {
  const everywhere = ["deno", "bun", "node26"];
  const bunBuild = (target: "bun" | "node", runtimes: string[]): Bundler => ({
    name: `bun build --target ${target}`,
    extension: ".mjs",
    runtimes,
    async bundle(folder, file) {
      const outfile = join(folder, file);
      await mustRun([bun.exec, "build", entry, "--target", target, "--outfile", outfile]);
    },
  });
  return [
    {
      name: "esbuild",
      extension: ".mjs",
      runtimes: everywhere,
      async bundle(folder, file) {
        await build({
          entryPoints: [entry],
          outfile: join(folder, file),
          bundle: true,
          format: "esm",
          platform: "node",
          logLevel: "warning",
        });
      },
    },
    {
      name: "rolldown",
      extension: ".mjs",
      runtimes: everywhere,
      async bundle(folder, file) {
        const bundle = await rolldown({ input: entry, platform: "node" });
        await bundle.write({ file: join(folder, file), format: "esm", codeSplitting: false });
        await bundle.close();
      },
    },
    {
      name: "webpack, ES module",
      extension: ".mjs",
      runtimes: everywhere,
      bundle: (path, filename) =>
        runWebpack({
          experiments: { outputModule: true },
          output: { path, filename, module: true },
        }),
    },
    {
      name: "webpack, CommonJS",
      extension: ".cjs",
      runtimes: everywhere,
      bundle: (path, filename) => runWebpack({ output: { path, filename } }),
    },
    bunBuild("bun", ["bun"]),
    bunBuild("node", everywhere),
  ];
}

async function runWebpack(options: Configuration): Promise<void> {
  const compiler = webpack({
    mode: "production",
    target: "node22",
    entry,
    plugins: [new webpack.optimize.LimitChunkCountPlugin({ maxChunks: 1 })],
    ...options,
  })!;
  await new Promise<void>((resolve, reject) =>
    compiler.run((error, stats) => {
      const text = stats?.hasErrors() || stats?.hasWarnings() ? stats.toString() : undefined;
      compiler.close(() => error || text ? reject(error ?? new Error(text)) : resolve());
    })
  );
}

/** Runs a bundle over one transport; what it printed is wrong in the ways that are returned. */
async function problemsOnRun(
  runtime: TestRuntime,
  file: string,
  endpoint: string,
  transport: string,
): Promise<string[]> {
  const command = runtime.kind === "node"
    ? [runtime.exec, "--disable-warning=ExperimentalWarning", `--import=${hook}`]
    : [runtime.exec, ...(runtime.kind === "deno" ? ["run", "-A"] : [])];
  const { code, output } = await runProcess([...command, file, endpoint, transport], {
    cwd: work,
    timeout: 60_000,
  });
  if (code !== 0) return [`${runtime.id}, ${transport}: ended with ${code}: ${output}`];
  const result = JSON.parse(output);
  const problems: string[] = [];
  if (result.value !== "from the daemon") problems.push(`${runtime.id}, ${transport}: wrong value`);
  if (result.transport !== transport) {
    problems.push(`${runtime.id}: used ${result.transport} instead of ${transport}`);
  }
  for (const name of result.loaded) {
    problems.push(`${runtime.id} loaded ${name} before the first line`);
  }
  return problems;
}

async function check(
  bundler: Bundler,
  runtimes: TestRuntime[],
  endpoint: string,
): Promise<string[]> {
  const folder = join(work, bundler.name.replaceAll(/\W+/g, "_"));
  mkdirSync(folder);
  const name = `bundle${bundler.extension}`;
  await bundler.bundle(folder, name);
  const files = readdirSync(folder);
  if (files.join() !== name) return [`made ${files.join(", ")} instead of one file`];
  const file = join(folder, name);
  const problems = eagerBuiltins(readFileSync(file, "utf8"))
    .map((builtin) => `the file loads ${builtin} at its top`);
  for (const runtime of runtimes) {
    if (!bundler.runtimes.includes(runtime.id)) continue;
    for (const transport of ["ffi", "node"]) {
      problems.push(...await problemsOnRun(runtime, file, endpoint, transport));
    }
  }
  return problems;
}

mkdirSync(work, { recursive: true });
let failed = 0;
try {
  writeFileSync(entry, SCRIPT);
  writeFileSync(hook, HOOK);
  const cache = join(root, ".cache", "runtimes");
  const runtimes: TestRuntime[] = [];
  for (const id of ["deno", "bun", "node26"]) runtimes.push(await prepareRuntime(id, cache));
  await using daemon = await startDaemon({ secrets: { app: { KEY: "from the daemon" } } });
  for (const bundler of bundlersWith(runtimes[1]!)) {
    const problems = await check(bundler, runtimes, daemon.endpoint);
    console.log(`${problems.length === 0 ? "ok  " : "FAIL"} one file by ${bundler.name}`);
    for (const problem of problems) console.log(`       ${problem}`);
    failed += problems.length;
  }
} finally {
  await stop();
  rmSync(work, { recursive: true, force: true });
}
process.exit(failed > 0 ? 1 : 0);
