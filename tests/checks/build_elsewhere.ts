/**
 * Checks that the build depends on no folder's name above the repository: builds a copy below
 * folders that are called as the project's own ones, and compares what comes out with dist/.
 *
 * Usage: `deno run -A tests/checks/build_elsewhere.ts`, after `deno task build`.
 */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, linkSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { mustRun } from "../launcher/process.ts";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const work = join(root, ".cache", `elsewhere-${process.pid}`);
const copy = join(work, "src", "ffi", "net", "connect", "testing", "cli", "client");

/** Copies what git knows or would add. */
function copySources(): void {
  const files = execFileSync("git", ["ls-files", "-co", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
  });
  for (const file of files.split("\n")) {
    if (file !== "" && existsSync(join(root, file))) cpSync(join(root, file), join(copy, file));
  }
}

/** The installed packages by hard links, so that they lie below the same folders, too. */
function linkPackages(from: string, to: string): void {
  mkdirSync(to);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) linkPackages(source, target);
    else if (entry.isFile()) linkSync(source, target);
    else cpSync(source, target, { recursive: true, verbatimSymlinks: true });
  }
}

/** The files of a build with their sizes. */
function builtFiles(folder: string): Map<string, number> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  const sizes = names.map((name) => [name, statSync(join(folder, name))] as const);
  return new Map(sizes.filter(([, stat]) => stat.isFile()).map(([name, { size }]) => [name, size]));
}

/** What differs between two builds. */
function differences(here: Map<string, number>, there: Map<string, number>): string[] {
  return [...new Set([...here.keys(), ...there.keys()])].sort().flatMap((name) => {
    const [a, b] = [here.get(name), there.get(name)];
    if (a === b) return [];
    const size = (bytes: number | undefined) => bytes === undefined ? "not made" : `${bytes} bytes`;
    return [`${name}: ${size(a)} here, ${size(b)} there`];
  });
}

try {
  copySources();
  linkPackages(join(root, "node_modules"), join(copy, "node_modules"));
  const script = join(copy, "scripts", "build.ts");
  await mustRun([process.execPath, "run", "-A", "--no-check", script], { cwd: copy });
  const problems = differences(builtFiles(join(root, "dist")), builtFiles(join(copy, "dist")));
  const verdict = problems.length === 0 ? "ok  " : "FAIL";
  console.log(
    `${verdict} the build is the same below src/, ffi/, net/, connect/, testing/ and cli/`,
  );
  for (const problem of problems) console.log(`       ${problem}`);
  process.exitCode = problems.length > 0 ? 1 : 0;
} finally {
  rmSync(work, { recursive: true, force: true });
}
