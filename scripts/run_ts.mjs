// Runs a TypeScript file of this repository with the runtime that called the package script:
// Bun runs it as it is, newer Node strips the types, and Node 20 needs a bundle first.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [script, ...args] = process.argv.slice(2);
const source = resolve(root, script);
const calledByBun = process.env.npm_config_user_agent?.startsWith("bun/");

if (calledByBun && !process.versions.bun) {
  const bun = process.env.npm_execpath ?? "bun";
  process.exitCode = spawnSync(bun, [source, ...args], { stdio: "inherit" }).status ?? 1;
} else if (process.versions.bun || process.features.typescript) {
  process.argv.splice(1, 2, source);
  await import(pathToFileURL(source).href);
} else {
  const { build } = await import("esbuild").catch(() => {
    console.error("This Node cannot run TypeScript by itself: run `npm install` first");
    process.exit(1);
  });
  // Inside the repository, so that packages left out of the bundle are still found.
  const outdir = mkdtempSync(join(root, "node_modules", ".run-ts-"));
  try {
    await build({
      entryPoints: [source],
      outdir,
      outExtension: { ".js": ".mjs" },
      bundle: true,
      splitting: true,
      format: "esm",
      platform: "node",
      target: "node20",
      external: ["bun:*"],
    });
    const built = join(outdir, script.replace(/^.*\//, "").replace(/\.ts$/, ".mjs"));
    const run = spawnSync(process.execPath, [built, ...args], { stdio: "inherit" });
    process.exitCode = run.status ?? 1;
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
