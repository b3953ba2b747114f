/** Builds the npm package into dist/; `--check` also uses it the way that npm users will. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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

/** Compiles a user's import of every entry, once with Node's types around and once with Bun's. */
async function checkDeclarations(): Promise<void> {
  const { exports } = JSON.parse(readFileSync(join(root, "deno.json"), "utf8"));
  const folder = join(root, ".cache", "consumer");
  mkdirSync(folder, { recursive: true });
  const lines = Object.keys(exports).map((key, index) =>
    `export * as entry${index} from "@keychain-auth/client${key.slice(1)}";\n`
  );
  writeFileSync(join(folder, "main.ts"), lines.join(""));
  for (const types of ["node", "bun-types"]) {
    const compilerOptions = {
      target: "ES2022",
      lib: ["ESNext", "DOM"],
      module: "NodeNext",
      strict: true,
      noEmit: true,
      types: [types],
      // Bun's own declarations do not compile beside those of the DOM.
      skipLibCheck: types !== "node",
    };
    const config = join(folder, `${types}.json`);
    writeFileSync(config, JSON.stringify({ compilerOptions, files: ["main.ts"] }));
    await runTool("typescript", "tsc", "-p", config);
    console.log(`ok   the declarations of ${lines.length} entries compile with ${types}`);
  }
}

await prepareDependencies(root);
rmSync(join(root, "dist"), { recursive: true, force: true });
await runTool("tsdown", "tsdown");
if (process.argv.includes("--check")) {
  await runTool("publint", "publint", "--strict");
  await runTool("@arethetypeswrong/cli", "attw", "--pack", ".", "--profile", "esm-only");
  await checkDeclarations();
  for (const id of ["node20", "node26", "bun"]) {
    const { exec } = await prepareRuntime(id, join(root, ".cache", "runtimes"));
    await run([exec, join(root, "scripts", "smoke.mjs")]);
  }
  for (const check of ["built_files.ts", "bundles.ts", "build_elsewhere.ts"]) {
    await run([process.execPath, "run", "-A", join("tests", "checks", check)]);
  }
}
