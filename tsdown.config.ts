import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import rollupLicense from "rollup-plugin-license";
import { defineConfig, type UserConfig } from "tsdown";
import { readyForBun } from "./scripts/ready_for_bun.ts";
import { shortLines } from "./scripts/short_lines.ts";
import { withoutFacades } from "./scripts/without_facades.ts";

const root = dirname(fileURLToPath(import.meta.url));
const place = (id: string): string => relative(root, id).replaceAll("\\", "/");

// deno.json names the entries: "." is built as mod.js, "./testing" as testing.js.
const { exports } = JSON.parse(readFileSync("deno.json", "utf8")) as {
  exports: Record<string, string>;
};
const { "./cli": command, ...library } = exports;

// It is CommonJS whose types claim to be otherwise.
const license = rollupLicense as unknown as typeof rollupLicense.default;

// Node shows an error by the name of its class.
const minify = { compress: true, mangle: { keepNames: { class: true, function: false } } };

const common: UserConfig = {
  outDir: "dist",
  // scripts/build.ts empties it; here each build would delete the other's files.
  clean: false,
  format: "esm",
  platform: "node",
  target: "node22",
  fixedExtension: false,
  dts: true,
  // The declarations have the documentation; in the code it only costs a script's start.
  outputOptions: { comments: false },
  // For programs whose own "lib" lacks Disposable.
  banner: { dts: '/// <reference lib="esnext.disposable" />' },
  deps: { neverBundle: [/^bun:/, /^node:/] },
};

/** The modules that `file` loads at once, itself included, as paths below the root. */
function loadedWith(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const source = readFileSync(join(root, file), "utf8");
  for (
    const [, specifier] of source.matchAll(/^(?:import|export) (?!type\b)[^;"]*"(\.[^"]+)";/gm)
  ) {
    loadedWith(place(join(root, dirname(file), specifier!)), seen);
  }
  return seen;
}

/** Files of the build, each with the paths of its modules; the first that fits takes a module. */
type Groups = readonly (readonly [name: string, modules: RegExp | ReadonlySet<string>])[];

function groupsOf(groups: Groups): { name: string; test: (id: string) => boolean }[] {
  return groups.map(([name, modules]) => ({
    name,
    test(id) {
      const file = place(id);
      // The declarations are put into files of their own.
      if (file.endsWith(".d.ts")) return false;
      return modules instanceof RegExp ? modules.test(file) : modules.has(file);
    },
  }));
}

// A script pays for each file that it loads, a third of a millisecond on Deno, so all that
// `connect()` needs is in one file. Deno also opens every file that a script can lead to, before it
// runs any of it, so what is imported later is in few files, too, each with what is used together.
const start = loadedWith("mod.ts");
start.delete("mod.ts");
const LIBRARY: Groups = [
  ["client", start],
  ["sockets", loadedWith("net/deno_connect.ts", loadedWith("connect/other_transports.ts"))],
  ["windows", /^(?:connect|ffi)\/.*windows/],
  ["operations", /^src\/client\/(?:delete|keep_alive|load|redact_object|search|tally|write)/],
  ["remedies", /^connect\/(?:deno_permissions|remedies)/],
  ["rare", /^(?:connect\/forbid_real|ffi\/posix\/(?:darwin|thread_end)|src\/protocol\/retry)/],
];

/** Without the entry, which waits for a command that imports from the rest of these. */
function commandFiles(entry: string): ReadonlySet<string> {
  const files = loadedWith(entry);
  files.delete(command!.slice(2));
  return files;
}

const COMMAND: Groups = [
  ["kca", commandFiles(command!.slice(2))],
  ["run", commandFiles("cli/commands/run.ts")],
  ["sockets", /^(?:net\/|connect\/other_transports)/],
  // Apart from what asks for consent and edits files, which loads node: modules: 20 ms on Deno.
  ["run_project", loadedWith("cli/project/run_project.ts")],
  ["between", /^cli\/run\/(?!.*(?:batch_files|windows))/],
  ["windows", /^(?:cli|ffi)\/.*(?:batch_files|windows)/],
  ["operations", /^src\/client\//],
  ["files", /^(?:cli\/(?:dotenv|files)\.ts|node_modules\/dotenv\/)/],
  ["help", /^cli\/(?:command_line|completion|report_error)/],
  ["secrets", /^cli\/(?:commands\/(?:get|set|list|delete|export)|export|private_file|terminal)/],
  ["doctor", /^(?:connect\/|cli\/(?:doctor|commands\/doctor|deno_flags))/],
  ["project", /^(?:cli\/)?project|^node_modules\/jsonc-parser\//],
  ["identity", /^cli\/(?:commands\/)?(?:identity|keygen|sign|verify)/],
  ["dev", /^(?:testing\/|cli\/commands\/dev)/],
  ["conformance", /^(?:cli\/commands\/)?conformance/],
  ["repository", /^cli\/(?:commands\/)?(?:import|init|inject|scan)/],
  ["others", /^(?!cli\/main)/],
];

// Apart, because a build shared with the command would cut the library into many small files, each
// of which a script would load before its first secret.
export default defineConfig([
  {
    ...common,
    minify,
    outputOptions: {
      ...common.outputOptions,
      codeSplitting: { groups: groupsOf(LIBRARY) },
    },
    plugins: [withoutFacades(), readyForBun(), shortLines()],
    entry: Object.fromEntries(
      Object.entries(library).map(([key, source]) => [key === "." ? "mod" : key.slice(2), source]),
    ),
  },
  {
    // For `require`, also where there is no `import()` to load the rest with: under Jest.
    ...common,
    entry: { keytar: library["./keytar"]! },
    format: "cjs",
    minify,
    plugins: [shortLines()],
    outputOptions: {
      ...common.outputOptions,
      exports: "named",
      codeSplitting: false,
      dynamicImportInCjs: false,
    },
  },
  {
    ...common,
    minify,
    outputOptions: {
      ...common.outputOptions,
      codeSplitting: { groups: groupsOf(COMMAND) },
    },
    entry: { cli: command! },
    // What jsonc-parser has for `require` cannot be bundled.
    inputOptions: { resolve: { mainFields: ["module", "main"] } },
    // The command's packages are bundled into it, and their licences ask to be handed on.
    plugins: [
      withoutFacades(),
      readyForBun(),
      shortLines(),
      license({ thirdParty: { output: "dist/THIRD_PARTY_LICENSES.txt" } }),
    ],
  },
]);
