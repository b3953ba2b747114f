import { readFileSync } from "node:fs";
import rollupLicense from "rollup-plugin-license";
import { defineConfig } from "tsdown";

// deno.json names the entries: "." is built as mod.js, "./testing" as testing.js.
const { exports } = JSON.parse(readFileSync("deno.json", "utf8")) as {
  exports: Record<string, string>;
};

// It is CommonJS whose types claim to be otherwise.
const license = rollupLicense as unknown as typeof rollupLicense.default;

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
  // The command's packages are bundled into it, and their licences ask to be handed on.
  plugins: [license({ thirdParty: { output: "dist/THIRD_PARTY_LICENSES.txt" } })],
  deps: { neverBundle: [/^bun:/, /^node:/] },
});
