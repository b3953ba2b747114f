import { readFileSync } from "node:fs";
import { defineConfig } from "tsdown";

// deno.json names the entries: "." is built as mod.js, "./testing" as testing.js.
const { exports } = JSON.parse(readFileSync("deno.json", "utf8")) as {
  exports: Record<string, string>;
};

export default defineConfig({
  entry: Object.fromEntries(
    Object.entries(exports).map(([key, source]) => [key === "." ? "mod" : key.slice(2), source]),
  ),
  outDir: "dist",
  format: "esm",
  platform: "node",
  target: "node20",
  fixedExtension: false,
  dts: true,
  deps: { neverBundle: [/^bun:/, /^node:/] },
});
