/**
 * The package's `/keytar` as its users load it: by `require` and by `import`, from CommonJS, on each
 * runtime, and in Jest.
 */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { cpSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { authorize } from "../../testing/identify/approvals.ts";
import { startDaemon } from "../../testing/mod.ts";
import { repoPath, test } from "../harness.ts";
import behaviours from "../unit/keytar/behaviours.cjs";
import {
  mustRun,
  type ProcessOptions,
  type ProcessResult,
  runProcess,
} from "../launcher/process.ts";
import { prepareRuntime } from "../launcher/runtimes.ts";
import { identifies } from "../support/identified.ts";
import { temporaryFolder } from "../support/kca.ts";
import { startDev } from "../support/kca_dev.ts";

// Inside the repository, where node_modules has Jest.
const work = repoPath(".cache", `keytar-${process.pid}`);
const packaged = join(work, "node_modules", "@keychain-auth", "client");
const cache = repoPath(".cache", "runtimes");

const RUN = `
async function main() {
  for (const name of behaviours.names) await behaviours.run(name, keytar);
  console.log(behaviours.names.length, Object.keys(keytar).sort().join());
}
main();
`;

const FILES: Record<string, string> = {
  "require.cjs": `const keytar = require("@keychain-auth/client/keytar");
    const behaviours = require("./behaviours.cjs");${RUN}`,
  "default.mjs": `import keytar from "@keychain-auth/client/keytar";
    import behaviours from "./behaviours.cjs";${RUN}`,
  "behaviours.test.js": `const keytar = require("@keychain-auth/client/keytar");
    const behaviours = require("./behaviours.cjs");
    for (const name of behaviours.names) test(name, () => behaviours.run(name, keytar));
    test("can be mocked", async () => {
      jest.spyOn(keytar, "getPassword").mockResolvedValue("mocked");
      expect(await keytar.getPassword("s", "a")).toBe("mocked");
    });`,
  "behaviours.test.mjs": `import { jest } from "@jest/globals";
    import keytar, { getPassword } from "@keychain-auth/client/keytar";
    import behaviours from "./behaviours.cjs";
    for (const name of behaviours.names) test(name, () => behaviours.run(name, keytar));
    test("can be mocked", async () => {
      expect(keytar.getPassword).toBe(getPassword);
      jest.spyOn(keytar, "getPassword").mockResolvedValue("mocked");
      expect(await keytar.getPassword("s", "a")).toBe("mocked");
    });`,
  "package.json": "{}",
};
const EXPORTS =
  "close,configure,deletePassword,findCredentials,findPassword,getPassword,setPassword";

/** Makes a package of what the build gives, without the declarations, which take most of its time. */
async function install(): Promise<void> {
  mkdirSync(packaged, { recursive: true });
  const tsdown = repoPath("node_modules", "tsdown", "dist", "run.mjs");
  await mustRun(["node", tsdown, "--no-dts", "--out-dir", join(packaged, "dist")], {
    cwd: repoPath(),
  });
  cpSync(repoPath("package.json"), join(packaged, "package.json"));
  cpSync(repoPath("tests", "unit", "keytar", "behaviours.cjs"), join(work, "behaviours.cjs"));
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(work, name), text);
}

async function withPackage(body: (env: Record<string, string>) => Promise<void>): Promise<void> {
  await using daemon = await startDaemon();
  try {
    await install();
    await body({ KEYCHAIN_AUTH_SOCKET: daemon.endpoint, NO_COLOR: "1" });
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

test(
  "the package's keytar works by require and by import on each runtime",
  () =>
    withPackage(async (env) => {
      for (const id of ["deno", "bun", "node22", "node24", "node26"]) {
        const { exec, kind } = await prepareRuntime(id, cache);
        const command = kind === "deno" ? [exec, "run", "-A", "--node-modules-dir=manual"] : [exec];
        for (const file of ["require.cjs", "default.mjs"]) {
          const { code, output } = await runProcess([...command, file], { cwd: work, env });
          const [count, names] = output.trim().split("\n").at(-1)!.split(" ");
          // Node marks what it could read off CommonJS with a name of its own.
          assertEquals([id, file, count], [id, file, String(behaviours.names.length)], output);
          const own = names!.split(",").filter((name) => name !== "default").join();
          assertEquals([code, own], [0, EXPORTS], output);
        }
      }
    }),
  { timeout: 300_000, sanitize: false },
);

test(
  "the script in docs/migration/keytar.md moves what keytar has stored",
  () =>
    withPackage(async (env) => {
      const page = readFileSync(repoPath("docs", "migration", "keytar.md"), "utf8");
      const [, script] = /^```js ignore\n(.*?)^```$/ms.exec(page)!;
      const stored = JSON.stringify([{ account: "alice", password: "1" }, {
        account: "bob",
        password: "2",
      }]);
      mkdirSync(join(work, "node_modules", "keytar"));
      writeFileSync(
        join(work, "node_modules", "keytar", "index.js"),
        `exports.findCredentials = async (service) => service === "my-app" ? ${stored} : [];`,
      );
      const check = `require("@keychain-auth/client/keytar").findCredentials("my-app")
      .then((found) => console.log(JSON.stringify(found)));`;
      writeFileSync(join(work, "move.cjs"), script!);
      writeFileSync(join(work, "check.cjs"), check);
      await mustRun(["node", "move.cjs"], { cwd: work, env });
      assertEquals((await mustRun(["node", "check.cjs"], { cwd: work, env })).trim(), stored);
    }),
  { timeout: 300_000, sanitize: false },
);

test(
  "the package's keytar works in Jest, by require and by import",
  () =>
    withPackage(async (env) => {
      const jest = repoPath("node_modules", "jest", "bin", "jest.js");
      for (const id of ["node22", "node26"]) {
        const { exec } = await prepareRuntime(id, cache);
        for (
          const [file, options] of [
            ["behaviours.test.js", undefined],
            // Jest needs it for ES modules.
            ["behaviours.test.mjs", "--experimental-vm-modules"],
          ] as const
        ) {
          const command = [exec, jest, "--rootDir", work, "--ci", "--json", "--runInBand", file];
          const { output } = await runProcess([...command, "--runTestsByPath"], {
            cwd: work,
            env: { ...env, CI: "1", NODE_OPTIONS: options },
          });
          const line = output.split("\n").find((text) => text.startsWith("{")) ?? "{}";
          const { numPassedTests, numFailedTests, openHandles } = JSON.parse(line);
          assertEquals(
            [id, file, numPassedTests, numFailedTests, openHandles],
            [id, file, behaviours.names.length + 1, 0, []],
            output,
          );
        }
      }
    }),
  { timeout: 300_000, sanitize: false },
);

/**
 * Runs a program that ends by an exception. Node 26.10 can hang there on a busy machine: its main
 * thread waits for threads of V8 that wait for it to collect garbage.
 */
async function endOf(command: string[], options: ProcessOptions): Promise<ProcessResult> {
  for (let tries = 1;; tries++) {
    const result = await runProcess(command, { ...options, timeout: 60_000 });
    if (!result.timedOut || tries === 3) return result;
  }
}

test(
  "the package's keytar passes against kca dev --config, in both modes, on each runtime",
  () =>
    withPackage(async () => {
      using folder = temporaryFolder();
      const config = join(folder.path, "config.json");
      await using daemon = await startDev(folder.path, ["--config", config]);
      for (const id of ["deno", "bun", "node22", "node26"]) {
        const { exec, kind } = await prepareRuntime(id, cache);
        const path = realpathSync(exec);
        const command = kind === "deno" ? [exec, "run", "-A", "--node-modules-dir=manual"] : [exec];
        const env = { KEYCHAIN_AUTH_SOCKET: daemon.endpoint, NO_COLOR: "1" };
        const denied = await endOf([...command, "require.cjs"], { cwd: work, env });
        assertStringIncludes(denied.output, "unregistered_binary_pending_approval");
        for (const service of [...behaviours.services, "my-app"]) {
          await authorize(config, path, service);
        }
        for (const one of [undefined, "my-app"]) {
          for (const file of ["require.cjs", "default.mjs"]) {
            const { code, output } = await runProcess([...command, file], {
              cwd: work,
              env: { ...env, KEYCHAIN_AUTH_KEYTAR_SERVICE: one },
            });
            assertEquals([id, file, one, code], [id, file, one, 0], output);
            assertStringIncludes(output, `${behaviours.names.length} `);
          }
        }
      }
    }),
  { timeout: 300_000, sanitize: false, skip: !identifies },
);

test(
  "the package's keytar is one CommonJS file that loads nothing of its runtime at its top",
  () =>
    withPackage(async () => {
      const text = readFileSync(join(packaged, "dist", "keytar.cjs"), "utf8");
      assertEquals(/\bimport\(/.test(text), false);
      const hook = `const Module = require("node:module"), load = Module._load;
      Module._load = (name, ...rest) => { console.log(name); return load(name, ...rest); };
      require("@keychain-auth/client/keytar");`;
      writeFileSync(join(work, "hook.cjs"), hook);
      const output = await mustRun(["node", "hook.cjs"], { cwd: work });
      assertEquals(output.trim(), "@keychain-auth/client/keytar");
    }),
  { timeout: 300_000, sanitize: false },
);
