/** Runs the checks of the project that no general tool knows; ends with code 1 on a breach. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { documentationGaps } from "./documentation.ts";
import { checkFileSizes } from "./file_sizes.ts";
import { checkPurity } from "./purity.ts";
import { checkRegistryHosts } from "./registry_hosts.ts";
import { checkVersions } from "./versions.ts";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const files = execFileSync("git", ["ls-files", "-co", "--exclude-standard"], {
  cwd: root,
  encoding: "utf8",
}).split("\n").filter((file) => file !== "" && existsSync(join(root, file)));

const core = join(root, "src");
const purity = checkPurity({
  entry: join(root, "core.ts"),
  core,
  runtimeFile: join(core, "runtime.ts"),
});
const { exports } = JSON.parse(readFileSync(join(root, "deno.json"), "utf8"));
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
  ["everything public is documented", [...new Set(gaps)]],
  ["the manifests agree", checkVersions(root)],
  [`no file names a registry host (${files.length} files)`, checkRegistryHosts(root, files)],
];

for (const [name, problems] of checks) {
  console.log(`${problems.length === 0 ? "ok  " : "FAIL"} ${name}`);
  for (const problem of problems) console.log(`       ${problem}`);
}
for (const long of checkFileSizes(root, files)) console.log(`long ${long}`);
process.exitCode = checks.some(([, problems]) => problems.length > 0) ? 1 : 0;
