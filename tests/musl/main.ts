/**
 * Runs the one suite with Bun's build for musl, in a root that has no other C library.
 *
 * Usage: `deno task test:musl [--prepare] [--filter TEXT] [--file TEXT] [--verbose]`. With
 * `--prepare` it only gets what it needs.
 */
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { prepareDependencies } from "../launcher/dependencies.ts";
import { describeCounts } from "../launcher/junit.ts";
import { mustRun } from "../launcher/process.ts";
import { runSuite, testFiles } from "../launcher/suite.ts";

const BUN = "@oven/bun-linux-x64-musl";
const VERSION = "1.4.5";

const { values } = parseArgs({
  options: {
    prepare: { type: "boolean", default: false },
    filter: { type: "string" },
    file: { type: "string" },
    verbose: { type: "boolean", default: false },
  },
});
const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const cache = join(root, ".cache", "musl");
const work = join(root, ".cache", `musl-run-${process.pid}`);

if (process.platform !== "linux" || process.arch !== "x64" || process.getuid?.() !== 0) {
  console.error("Cannot run the suite on musl: it needs root on Debian for x64, or run on Alpine");
  process.exit(1);
}
await prepareDependencies(root);
const started = performance.now();
const exec = await prepare();
if (values.prepare) process.exit(0);
// What another C library can change; the rest needs programs that this root has not.
const files = testFiles(root, ["tests/unit/ffi", "tests/behaviour", "tests/faults"])
  .filter((name) => name.includes(values.file ?? ""));
const { filter, verbose } = values;
try {
  const runtime = { id: "bun-musl", kind: "bun" as const, exec };
  const counts = await runSuite(runtime, { root, work, files, filter, verbose });
  const seconds = ((performance.now() - started) / 1_000).toFixed(1);
  console.log(`\nOn musl:\nbun      ${describeCounts(counts)} (${seconds} s)\n`);
  console.log(describeCounts(counts));
  process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0;
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** @returns A script that starts Bun inside. */
async function prepare(): Promise<string> {
  const bun = join(cache, "node_modules", BUN, "bin", "bun");
  mkdirSync(cache, { recursive: true });
  if (!existsSync(bun)) {
    console.log(`Installing ${BUN}@${VERSION}`);
    const flags = ["--force", "--ignore-scripts", "--no-save", "--no-package-lock"];
    await mustRun(["npm", "install", ...flags, "--prefix", cache, `${BUN}@${VERSION}`], {
      cwd: cache,
    });
  }
  const built = join(cache, "built");
  if (!existsSync(built)) {
    console.log("Making a root with musl");
    const partial = `${built}.partial`;
    await mustRun(["sh", join(root, "tests", "musl", "build_root.sh"), partial, bun]);
    renameSync(partial, built);
  }
  const script = join(cache, "bun.sh");
  writeFileSync(script, launchScript(join(built, "root"), bun));
  chmodSync(script, 0o755);
  return script;
}

/** In name spaces of its own, so that nothing stays mounted or running. */
function launchScript(system: string, bun: string): string {
  return `#!/bin/sh
# Made by tests/musl/main.ts
exec unshare --mount --pid --fork --kill-child -- sh -euc '
mount --make-rprivate /
mount -t proc proc ${system}/proc
mount --rbind /dev ${system}/dev
mkdir -p ${system}${root}
mount --bind ${root} ${system}${root}
exec chroot ${system} /bin/sh -c "cd ${root} && PATH=/bin:/usr/bin exec ${bun} \\"\\$@\\"" sh "$@"
' sh "$@"
`;
}
