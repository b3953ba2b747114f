import { existsSync } from "node:fs";
import { defineConfig } from "tsdown";

const entry: Record<string, string> = {
  mod: "mod.ts",
  core: "src/mod.ts",
  testing: "testing/mod.ts",
};
if (existsSync("cli/main.ts")) entry.cli = "cli/main.ts";

export default defineConfig({
  entry,
  outDir: "dist",
  format: "esm",
  platform: "node",
  target: "node20",
  fixedExtension: false,
  // The sources carry explicit types on every export, so declarations need no type checker.
  dts: { oxc: true },
  external: [/^bun:/, /^node:/],
});
