/** Runs the checks of the project that no general tool knows; ends with code 1 on a breach. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { checkCycles } from "./cycles.ts";
import { checkDocLinks } from "./doc_links.ts";
import { documentationGaps } from "./documentation.ts";
import { checkFileSizes } from "./file_sizes.ts";
import { importGraph } from "./import_graph.ts";
import { checkPublishedImports } from "./published_imports.ts";
import { checkPurity } from "./purity.ts";
import { checkRegistryHosts } from "./registry_hosts.ts";
import { checkRooms } from "./rooms.ts";
import { checkRuntimeGlobals } from "./runtime_globals.ts";
import { checkTypeNames } from "./type_names.ts";
import { checkVersions } from "./versions.ts";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const files = execFileSync("git", ["ls-files", "-co", "--exclude-standard"], {
  cwd: root,
  encoding: "utf8",
}).split("\n").filter((file) => file !== "" && existsSync(join(root, file)));
const { exports, imports, publish } = JSON.parse(readFileSync(join(root, "jsr.json"), "utf8"));

const { files: packed } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const isAmong = (paths: readonly string[]) => (file: string): boolean =>
  paths.some((path) => file === path || file.startsWith(`${path}/`));
/** Whether both npm and JSR get a file. */
const travels = (file: string): boolean =>
  isAmong(["README.md", "LICENSE", ...packed])(file) && isAmong(publish.include)(file);
// This page is about the sources, which npm does not get.
const aboutSources = "docs/architecture.md";

const published = files.filter((file) =>
  file.endsWith(".ts") && isAmong(publish.include)(file) && !file.startsWith("examples/")
);
const library = published.filter((file) => /^(?:src|net|ffi|connect)\//.test(file));
const owners = { runtime: "src/runtime.ts", clock: "src/clock.ts" };
const graph = importGraph(root, published);
const purity = checkPurity(root, { entry: "core.ts", core: "src/", ...owners });

const entries = Object.values<string>(exports).filter((entry) => existsSync(join(root, entry)));
// One by one: in a common run a symbol that two entries export is documented in one of them only.
const gaps = entries.flatMap((entry) =>
  documentationGaps(
    JSON.parse(execFileSync(process.execPath, ["doc", "--json", entry], {
      cwd: root,
      encoding: "utf8",
      maxBuffer: 1 << 28,
      stdio: ["ignore", "pipe", "ignore"],
    })),
  )
);
const checks: [name: string, problems: string[]][] = [
  [`the core is pure (${purity.files.length} files reached)`, purity.problems],
  [`no file imports itself by way of others (${graph.size} files)`, checkCycles(graph)],
  ["imports point down, from room to room", checkRooms(graph)],
  ["one file looks at the runtime, one at the clock", checkRuntimeGlobals(root, library, owners)],
  ["each type name has one meaning", checkTypeNames(root, published)],
  [
    "what is published imports only what its users have",
    checkPublishedImports(graph, {
      quickEntries: ["mod.ts", "sync.ts", "core.ts"],
      packages: Object.keys(imports),
    }),
  ],
  ["long files have a reason", checkFileSizes(root, library, 300)],
  ["everything public is documented", [...new Set(gaps)]],
  [
    "links of the documentation lead somewhere",
    [
      ...checkDocLinks(root, files.filter((file) => file !== aboutSources), travels),
      ...checkDocLinks(root, [aboutSources]),
    ],
  ],
  ["the manifests agree", checkVersions(root)],
  [`no file names a registry host (${files.length} files)`, checkRegistryHosts(root, files)],
];

for (const [name, problems] of checks) {
  console.log(`${problems.length === 0 ? "ok  " : "FAIL"} ${name}`);
  for (const problem of problems) console.log(`       ${problem}`);
}
for (const long of checkFileSizes(root, files, 250)) console.log(`long ${long}`);
process.exitCode = checks.some(([, problems]) => problems.length > 0) ? 1 : 0;
