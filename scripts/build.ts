/** Builds the npm package into dist/; `--check` also looks at it the way that npm users will. */
import { readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { prepareDependencies } from "../tests/launcher/dependencies.ts";
import { runProcess } from "../tests/launcher/process.ts";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Runs a program of a development dependency with Node, by the path that its manifest names. */
async function runTool(name: string, bin: string, ...args: string[]): Promise<void> {
  const folder = join(root, "node_modules", name);
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const path = typeof manifest.bin === "string" ? manifest.bin : manifest.bin[bin];
  const command = ["node", join(folder, path), ...args];
  const { code } = await runProcess(command, { cwd: root, inherit: true });
  if (code !== 0) process.exit(code);
}

await prepareDependencies(root);
rmSync(join(root, "dist"), { recursive: true, force: true });
await runTool("tsdown", "tsdown");
if (process.argv.includes("--check")) {
  await runTool("publint", "publint", "--strict");
  await runTool("@arethetypeswrong/cli", "attw", "--pack", ".", "--profile", "esm-only");
}
