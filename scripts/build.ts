/** Builds the npm package into dist/; `--check` also uses it the way that npm users will. */
import { readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { prepareDependencies } from "../tests/launcher/dependencies.ts";
import { runProcess } from "../tests/launcher/process.ts";
import { prepareRuntime } from "../tests/launcher/runtimes.ts";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

async function run(command: string[]): Promise<void> {
  const { code } = await runProcess(command, { cwd: root, inherit: true });
  if (code !== 0) process.exit(code);
}

/** Runs a program of a development dependency with Node, by the path that its manifest names. */
async function runTool(name: string, bin: string, ...args: string[]): Promise<void> {
  const folder = join(root, "node_modules", name);
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const path = typeof manifest.bin === "string" ? manifest.bin : manifest.bin[bin];
  await run(["node", join(folder, path), ...args]);
}

await prepareDependencies(root);
rmSync(join(root, "dist"), { recursive: true, force: true });
await runTool("tsdown", "tsdown");
if (process.argv.includes("--check")) {
  await runTool("publint", "publint", "--strict");
  await runTool("@arethetypeswrong/cli", "attw", "--pack", ".", "--profile", "esm-only");
  for (const id of ["node20", "node26", "bun"]) {
    const { exec } = await prepareRuntime(id, join(root, ".cache", "runtimes"));
    await run([exec, join(root, "scripts", "smoke.mjs")]);
  }
  for (const check of ["built_files.ts", "consumer.ts", "bundles.ts", "build_elsewhere.ts"]) {
    await run([process.execPath, "run", "-A", join("tests", "checks", check)]);
  }
}
