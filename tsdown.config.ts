import { readFileSync } from "node:fs";
import rollupLicense from "rollup-plugin-license";
import { defineConfig, type UserConfig } from "tsdown";

// deno.json names the entries: "." is built as mod.js, "./testing" as testing.js.
const { exports } = JSON.parse(readFileSync("deno.json", "utf8")) as {
  exports: Record<string, string>;
};
const { "./cli": command, ...library } = exports;

// It is CommonJS whose types claim to be otherwise.
const license = rollupLicense as unknown as typeof rollupLicense.default;

const common: UserConfig = {
  outDir: "dist",
  // scripts/build.ts empties it; here each build would delete the other's files.
  clean: false,
  format: "esm",
  platform: "node",
  target: "node20",
  fixedExtension: false,
  dts: true,
  // The declarations have the documentation; in the code it only costs a script's start.
  outputOptions: { comments: false },
  deps: { neverBundle: [/^bun:/, /^node:/] },
};

// Apart, because a build shared with the command would cut the library into many small files, each
// of which a script would load before its first secret.
export default defineConfig([
  {
    ...common,
    outputOptions: {
      ...common.outputOptions,
      // Each file that a script loads takes its runtime half a millisecond. Declarations are left as
      // they fall, because they do not survive being put together.
      codeSplitting: { groups: [{ name: "core", test: /[\\/]src[\\/].*(?<!\.d)\.ts$/ }] },
    },
    entry: Object.fromEntries(
      Object.entries(library).map(([key, source]) => [key === "." ? "mod" : key.slice(2), source]),
    ),
  },
  {
    ...common,
    // What every `kca run` loads, in one file: each takes a runtime half a millisecond, Node more.
    outputOptions: {
      ...common.outputOptions,
      codeSplitting: { groups: [{ name: "kca", test: /[\\/]cli[\\/]execute\.ts$/ }] },
    },
    entry: { cli: command! },
    // The command's packages are bundled into it, and their licences ask to be handed on.
    plugins: [license({ thirdParty: { output: "dist/THIRD_PARTY_LICENSES.txt" } })],
  },
]);
