/** The four commands of docs/identity.md, typed as they are printed there. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { startDaemon } from "../../testing/mod.ts";
import { execPath, repoPath, runCommand, runtime, test } from "../harness.ts";
import { identifies } from "../support/identified.ts";
import { kcaCommand, temporaryFolder } from "../support/kca.ts";

const page = readFileSync(repoPath("docs", "identity.md"), "utf8");
const chapter = page.slice(page.indexOf("## Four commands"));
const script = /```ts\n([^]*?)```/.exec(chapter)![1]!;
const commands = /```sh\n([^]*?)```/.exec(chapter)![1]!.trim().split("\n");

test("a script becomes a program with its own approval in four commands", async () => {
  using folder = temporaryFolder();
  const bin = join(folder.path, "bin");
  const work = join(folder.path, "work");
  for (const path of [bin, work]) mkdirSync(path);
  const install = (name: string, command: readonly string[]) => {
    writeFileSync(join(bin, name), `#!/bin/sh\nexec '${command.join("' '")}' "$@"\n`);
    chmodSync(join(bin, name), 0o755);
  };
  install("bun", [execPath]);
  install("kca", kcaCommand([]));
  writeFileSync(join(work, "app.ts"), script);
  const paths = { "@keychain-auth/client": [repoPath("mod.ts")] };
  writeFileSync(join(work, "tsconfig.json"), JSON.stringify({ compilerOptions: { paths } }));

  await using daemon = await startDaemon({
    secrets: { AgentSecrets: { DATABASE_URL: "postgres://" } },
    config: join(folder.path, ".config", "keychain-auth", "config.json"),
  });
  const type = async (command: string) =>
    await runCommand(["/bin/sh", "-c", command], {
      cwd: work,
      env: {
        HOME: folder.path,
        PATH: `${bin}:${process.env.PATH}`,
        KEYCHAIN_AUTH_SOCKET: daemon.endpoint,
      },
      timeout: 60_000,
    });
  assertEquals(commands.length, 4);
  const [build, , sign, run] = commands as [string, string, string, string];
  let last = { code: -1, stdout: "", stderr: "" };
  for (const command of commands) {
    last = await type(command);
    assertEquals(last.code, 0, `${command}\n${last.stderr}`);
  }
  assertEquals(last.stdout, "DATABASE_URL is there\n");

  // The next version: unsigned it is denied, signed it needs no approval.
  writeFileSync(join(work, "app.ts"), script.replace("is there", "is still there"));
  assertEquals((await type(build)).code, 0);
  const denied = await type(run);
  assert(denied.code !== 0);
  assertStringIncludes(denied.stderr, "unregistered_binary_pending_approval");
  assertEquals((await type(sign)).code, 0);
  assertEquals((await type(run)).stdout, "DATABASE_URL is still there\n");
  const config = readFileSync(
    join(folder.path, ".config", "keychain-auth", "config.json"),
    "utf8",
  );
  assertEquals(JSON.parse(config).registered_binaries.length, 1);
}, { skip: !identifies || runtime !== "bun", timeout: 240_000 });
