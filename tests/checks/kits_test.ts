/** A user's tests with withDaemon() and withProject(), run for real by each test runner, against the built package. */
import { assert } from "@std/assert";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { build } from "esbuild";
import { repoPath, root, test } from "../harness.ts";
import { runProcess } from "../launcher/process.ts";
import { prepareRuntime } from "../launcher/runtimes.ts";

const FILE = "daemon.test.mjs";

/** The runner's program in its package. */
const bin = (name: string, path: string): string => repoPath("node_modules", name, path);

/** Jest's own settings: the tests are modules, and nothing is to be transformed. */
const JEST = { testMatch: [`**/${FILE}`], transform: {}, watchman: false };

interface Kit {
  readonly runtime: string;
  readonly args: readonly string[];
  readonly env?: Record<string, string>;
  /** The folder of its tests, unless it has the kit's name. */
  readonly folder?: string;
  /** What lies beside them. */
  readonly files?: Record<string, string>;
}

const manifest = (settings = {}): string =>
  JSON.stringify({ type: "module", jest: { ...JEST, ...settings } });

const vitest: Kit = {
  runtime: "node24",
  args: [bin("vitest", "vitest.mjs"), "run", "--no-cache"],
};
const jest: Kit = {
  runtime: "node24",
  args: [bin("jest", "bin/jest.js"), "--no-cache", "--runInBand"],
  // Jest needs it for ES modules.
  env: { NODE_OPTIONS: "--experimental-vm-modules" },
};

const kits: Readonly<Record<string, Kit>> = {
  deno: { runtime: "deno", args: ["test", "-A", "--no-check", FILE] },
  bun: { runtime: "bun", args: ["test", FILE] },
  node: { runtime: "node22", args: ["--test", FILE] },
  vitest,
  jest,
  "vitest with fake timers from the start": {
    ...vitest,
    folder: "vitest",
    files: {
      "setup.mjs": 'import { vi } from "vitest";\nvi.useFakeTimers();\n',
      "vitest.config.mjs": 'export default { test: { setupFiles: ["./setup.mjs"] } };\n',
    },
  },
  "jest with fake timers from the start": {
    ...jest,
    folder: "jest",
    files: { "package.json": manifest({ fakeTimers: { enableGlobally: true } }) },
  },
};

/** What a user's folder has of this package. */
async function installPackage(folder: string): Promise<void> {
  const target = join(folder, "node_modules", "@keychain-auth", "client");
  const { name, version, exports } = JSON.parse(readFileSync(repoPath("package.json"), "utf8"));
  mkdirSync(target, { recursive: true });
  const manifest = { name, version, type: "module", exports };
  writeFileSync(join(target, "package.json"), JSON.stringify(manifest));
  await build({
    absWorkingDir: root,
    entryPoints: { mod: "mod.ts", project: "project/mod.ts", testing: "testing/mod.ts" },
    outdir: join(target, "dist"),
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    external: ["bun:*"],
    logLevel: "warning",
  });
}

for (const [name, { runtime, args, env, folder: tests = name, files }] of Object.entries(kits)) {
  test(`withDaemon() and withProject() work with ${name}, under its fake timers, too`, async () => {
    const folder = repoPath(".cache", `kit-${name.replaceAll(" ", "-")}-${process.pid}`);
    rmSync(folder, { recursive: true, force: true });
    try {
      cpSync(repoPath("tests", "kits", tests), folder, { recursive: true });
      for (const [file, text] of Object.entries({ "package.json": manifest(), ...files })) {
        writeFileSync(join(folder, file), text);
      }
      await installPackage(folder);
      const { exec } = await prepareRuntime(runtime, repoPath(".cache", "runtimes"));
      const { code, output } = await runProcess([exec, ...args], {
        cwd: folder,
        env: {
          NO_COLOR: "1",
          FORCE_COLOR: undefined,
          NODE_OPTIONS: undefined,
          NODE_TEST_CONTEXT: undefined,
          KEYCHAIN_AUTH_SOCKET: "/nonexistent/agent.sock",
          KEYCHAIN_AUTH_FORBID_REAL: "1",
          SENTRY_DSN: "of the shell",
          ...env,
        },
        timeout: 120_000,
      });
      assert(code === 0 && /\b5 pass|pass\s+5\b|5 passed|Tests:\s+5 passed/.test(output), output);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, { timeout: 180_000, sanitize: false });
}
