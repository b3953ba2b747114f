/** `kca dev --config`: a daemon that identifies, and the daemon's commands for its configuration. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { runCommand, test } from "../harness.ts";
import { identifies, self } from "../support/identified.ts";
import { kcaCommand, temporaryFolder } from "../support/kca.ts";
import { startDev } from "../support/kca_dev.ts";

const SERVICE = "Identified";

test("kca dev --config denies, lists who waits, and serves whom it authorized", async () => {
  using folder = temporaryFolder();
  writeFileSync(join(folder.path, "seed.json"), JSON.stringify({ [SERVICE]: { A: "alpha" } }));
  const config = join(folder.path, "config.json");
  const socket = join(folder.path, "agent.sock");
  const kca = (...args: string[]) =>
    runCommand(kcaCommand(args), {
      env: { KEYCHAIN_AUTH_SOCKET: socket, KEYCHAIN_AUTH_SERVICE: SERVICE, NODE_NO_WARNINGS: "1" },
    });
  const dev = (...args: string[]) => kca("dev", "--config", config, ...args);
  await using served = await startDev(folder.path, [
    ...["--seed", "seed.json", "--config", "config.json", "--socket", "agent.sock"],
  ]);
  assertEquals(served.endpoint, socket);
  const none = await dev("pending");
  assertEquals([none.code, none.stdout], [0, "No pending binaries waiting for authorization.\n"]);

  const denied = await kca("get", "A");
  assertEquals([denied.code, denied.stdout], [4, ""]);
  const { stdout } = await dev("pending");
  const [, path, hash] = /^Path: +(.+)\nHash: +(sha256:[0-9a-f]{64})$/m.exec(stdout) ?? [];
  assertEquals(path, self);
  assertStringIncludes(stdout, "Found 1 binary waiting for authorization:\n\n");
  assertStringIncludes(stdout, " get A\n");

  assertEquals((await dev("approve", hash!)).code, 0);
  assertEquals((await kca("get", "A")).code, 4, "approve grants no service");
  const checked = await dev("check", path!, SERVICE);
  assertEquals([checked.code, checked.stdout], [5, ""]);
  assertStringIncludes(checked.stderr, "lacks authorized");

  assertEquals((await dev("authorize", path!, SERVICE)).code, 0);
  assertEquals((await dev("check", path!, SERVICE)).code, 0);
  const allowed = await kca("get", "A");
  assertEquals([allowed.code, allowed.stdout], [0, "alpha\n"]);
}, { skip: !identifies, timeout: 120_000 });

test("kca dev refuses arguments that the daemon's commands do not accept, and says what to type", async () => {
  using folder = temporaryFolder();
  const config = join(folder.path, "config.json");
  const program = join(folder.path, "program");
  for (
    const [args, code, message] of [
      [["authorise"], 2, "authorize"],
      [["toString"], 2, "authorize"],
      [["authorize", program], 2, "kca dev --config FILE authorize PATH SERVICE"],
      [["authorize", program, SERVICE], 2, "kca dev --config FILE authorize PATH SERVICE"],
      [["--config", config, "approve"], 2, "approve HASH [PATH]"],
      [["--config", config, "approve", "a", "b", "c"], 2, "approve HASH [PATH]"],
      [["--config", config, "authorize", program, SERVICE], 5, "failed to hash binary"],
      [["--config", config, "--unregistered"], 2, "leave out"],
    ] as const
  ) {
    const { code: ended, stdout, stderr } = await runCommand(kcaCommand(["dev", ...args]));
    assertEquals([ended, stdout], [code, ""], stderr);
    assert(stderr.includes(message), stderr);
  }
});
