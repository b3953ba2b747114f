/** Devices, pipes and folders where a file is expected: they have no end, no writer or no bytes. */
import {
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CommandError } from "../../cli/exit_codes.ts";
import { foundText } from "../../cli/found_file.ts";
import { changedScripts } from "../../cli/init/scripts.ts";
import { addToLefthook } from "../../cli/scan/lefthook.ts";
import { PendingList } from "../../testing/identify/pending.ts";
import { hashFile } from "../../testing/identify/program.ts";
import { runCommand, test } from "../harness.ts";
import { inProcess } from "../support/in_process.ts";
import { daemonWith, kcaCommand, kcaEnv, SERVICE, temporaryFolder } from "../support/kca.ts";

type Arguments = Parameters<typeof inProcess>[0];

/** A folder with a pipe that nobody writes to. */
function setUp() {
  const folder = temporaryFolder();
  const pipe = join(folder.path, "pipe");
  assertEquals(spawnSync("mkfifo", [pipe]).status, 0);
  return {
    pipe,
    path: (name: string) => join(folder.path, name),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

test("commands refuse a configuration of the daemon that is not a regular file", async () => {
  using at = setUp();
  const key = at.path("key.pem");
  assertEquals((await inProcess(["keygen", "--key", key])).code, 0);
  mkdirSync(at.path("folder"));
  const commands: ((config: string) => Arguments)[] = [
    (config) => ["keygen", "--key", key, "--trust", config, "--service", "App"],
    (config) => ["verify", "--config", config, key],
    (config) => ["identity", "--config", config, key],
    (config) => ["dev", "--config", config, "--socket", at.path("s.sock")],
    (config) => ["dev", "--config", config, "approve", "0", "/x"],
  ];
  for (
    const [config, reason] of [
      ["/dev/zero", "it is not a regular file"],
      [at.pipe, "it is not a regular file"],
      [at.path("folder"), "it is a folder"],
    ] as const
  ) {
    for (const command of commands) {
      const args = command(config);
      const { code, stderr } = await inProcess(args);
      assertEquals(code, 5, `${args.join(" ")}: ${stderr}`);
      assertStringIncludes(stderr, `Cannot use ${JSON.stringify(config)}: ${reason}`);
    }
  }
});

test("kca dev --config refuses a broken configuration at once", async () => {
  using at = setUp();
  writeFileSync(at.path("config.json"), "no JSON");
  const { code, stdout, stderr } = await inProcess(["dev", "--config", at.path("config.json")]);
  assertEquals([code, stdout], [5, ""]);
  assertStringIncludes(stderr, "it is not JSON");
});

test("kca dev refuses a program, and a list of those who wait, that is not a regular file", async () => {
  using at = setUp();
  for (const file of ["/dev/zero", at.pipe]) {
    await assertRejects(() => hashFile(file), Error, "it is not a regular file");
    const { code, stderr } = await inProcess([
      ...["dev", "--config", at.path("config.json"), "authorize", file, "App"] as const,
    ]);
    assertEquals(code, 5);
    assertStringIncludes(stderr, "failed to hash binary: it is not a regular file");
  }
  assertEquals(spawnSync("mkfifo", [at.path("pending.json")]).status, 0);
  assertThrows(() => new PendingList(at.path("config.json")).load(), Error, "not a regular file");
});

test("foundText() tells a file that is not there from one that it does not read", () => {
  using at = setUp();
  assertEquals(foundText(at.path("none")), undefined);
  for (const path of ["/dev/zero", at.pipe]) {
    assertThrows(() => foundText(path), CommandError, "it is not a regular file");
  }
});

test("kca init, scan and import do not wait for a pipe in the place of a repository's file", async () => {
  using at = setUp();
  assertEquals(spawnSync("mkfifo", [at.path("package.json")]).status, 0);
  const folder = at.path("");
  assertThrows(() => changedScripts(folder, ["start"]), CommandError, "it is not a regular file");
  assertThrows(() => addToLefthook(at.pipe, "kca scan"), CommandError, "it is not a regular file");
  writeFileSync(at.path(".env"), "A=1\n");
  const { code, stderr } = await runCommand(
    kcaCommand(["import", at.path(".env"), "--project", at.pipe, "--dry-run"]),
    { env: { KEYCHAIN_AUTH_SOCKET: at.path("none.sock") } },
  );
  assertEquals(code, 2, stderr);
  assertStringIncludes(stderr, "it is not a regular file");
});

test("commands say why stdin cannot be read, and do not take it for empty", async () => {
  using at = setUp();
  await using daemon = await daemonWith({ A: "before" });
  for (
    const [args, redirection, reason] of [
      [["set", "A", "--allow-empty"], '<"$0"', /a (?:folder|directory)/i],
      [["inject", "-i", "-"], '<"$0"', /a (?:folder|directory)/i],
      [["set", "A", "--allow-empty"], '0>"$0/new"', /not open|Bad file descriptor/],
    ] as const
  ) {
    const { code, stdout, stderr } = await runCommand(
      ["sh", "-c", `"$@" ${redirection}`, at.path(""), ...kcaCommand(args)],
      { env: kcaEnv(daemon) },
    );
    assertEquals([code, stdout], [2, ""], stderr);
    assertStringIncludes(stderr, "Cannot read stdin: ");
    assertMatch(stderr, reason);
  }
  assertEquals(daemon.secrets(SERVICE).A, "before");
});
