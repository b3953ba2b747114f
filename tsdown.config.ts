import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import rollupLicense from "rollup-plugin-license";
import { defineConfig, type UserConfig } from "tsdown";

const root = dirname(fileURLToPath(import.meta.url));
const place = (id: string): string => relative(root, id).replaceAll("\\", "/");

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
  target: "node22",
  fixedExtension: false,
  dts: true,
  // The declarations have the documentation; in the code it only costs a script's start.
  outputOptions: { comments: false },
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

// A script pays for each file that it loads, a third of a millisecond on Deno, so all that
// `connect()` needs is in one file. What is imported later stays apart, in one file for the
// transports without FFI.
const start = loadedWith("mod.ts");
start.delete("mod.ts");
const sockets = loadedWith("net/deno_connect.ts", loadedWith("connect/other_transports.ts"));
const chunkOf = (id: string): string | undefined => {
  const file = place(id);
  if (start.has(file)) return "client";
  return sockets.has(file) ? "sockets" : undefined;
};

// Apart, because a build shared with the command would cut the library into many small files, each
// of which a script would load before its first secret.
export default defineConfig([
  {
    ...common,
    minify: true,
    outputOptions: {
      ...common.outputOptions,
      codeSplitting: {
        groups: ["client", "sockets"].map((name) => ({
          name,
          test: (id: string) => chunkOf(id) === name,
        })),
      },
    },
    entry: Object.fromEntries(
      Object.entries(library).map(([key, source]) => [key === "." ? "mod" : key.slice(2), source]),
    ),
  },
  {
    // For `require`, also where there is no `import()` to load the rest with: under Jest.
    ...common,
    entry: { keytar: library["./keytar"]! },
    format: "cjs",
    minify: true,
    outputOptions: {
      ...common.outputOptions,
      exports: "named",
      codeSplitting: false,
      dynamicImportInCjs: false,
    },
  },
  {
    ...common,
    minify: true,
    outputOptions: {
      ...common.outputOptions,
      // Likewise what each command needs, and what `kca run` needs besides.
      codeSplitting: {
        groups: [["kca", command!.slice(2)], ["run", "cli/commands/run.ts"]].map(
          ([name, entry]) => {
            const files = loadedWith(entry!);
            // It waits for a command that imports from the rest of these.
            files.delete(command!.slice(2));
            return { name: name!, test: (id: string) => files.has(place(id)) };
          },
        ),
      },
    },
    entry: { cli: command! },
    // The command's packages are bundled into it, and their licences ask to be handed on.
    plugins: [license({ thirdParty: { output: "dist/THIRD_PARTY_LICENSES.txt" } })],
  },
]);
