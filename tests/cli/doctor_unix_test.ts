import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { runtime, test } from "../harness.ts";
import { daemonWith, DOCTOR, kca, temporaryFolder } from "../support/kca.ts";
import { INT } from "../support/replies.ts";
import { close, reply, request } from "../support/steps.ts";
import { startScripted } from "../support/scripted_server.ts";

test("kca doctor leads from what is no daemon's socket to what helps", async () => {
  await using daemon = await daemonWith({});
  using folder = temporaryFolder();
  const file = join(folder.path, "file");
  writeFileSync(file, "");
  const wrong = await kca(daemon, [...DOCTOR, "--socket", file]);
  assertEquals(wrong.code, 3);
  assertStringIncludes(wrong.stdout, `✗ ${file} is a plain file, not a socket`);
  assert(!wrong.stdout.includes("keychain-auth start"), wrong.stdout);
  assertStringIncludes(wrong.stdout, "\n  Type: kca doctor\n");
  const none = join(folder.path, "none");
  const named = await kca(daemon, [...DOCTOR, "--socket", none]);
  assertStringIncludes(named.stdout, `\n  Type: keychain-auth start --socket ${none}\n`);
  if (process.getuid?.() === 0) return; // Nothing is closed to root.
  chmodSync(folder.path, 0);
  const closed = await kca(daemon, [...DOCTOR, "--socket", file]);
  chmodSync(folder.path, 0o700);
  assertEquals(closed.code, 3);
  assertStringIncludes(
    closed.stdout,
    `You may not enter the folder ${folder.path}\n  Type: chmod u+rwx ${folder.path}\n`,
  );
  assert(!closed.stdout.includes("keychain-auth start"), closed.stdout);
});

test(
  "kca doctor ends with 5 when the daemon fails, and still says what it saw before",
  async () => {
    await using daemon = await daemonWith({});
    await using broken = await startScripted([[
      request(),
      reply(INT),
      close(),
    ]]);
    const { code, stdout } = await kca(daemon, [...DOCTOR, "--socket", broken.endpoint]);
    assertEquals(code, 5, stdout);
    assertMatch(stdout, /✓ close-on-exec {2}(?:yes|set)/);
    if (process.platform === "linux" && runtime !== "node") {
      assertStringIncludes(stdout, "reachable: process ");
    }
    await using gone = await startScripted([[request(), close()]]);
    const lost = await kca(daemon, [...DOCTOR, "--socket", gone.endpoint]);
    assertEquals(lost.code, 5, lost.stdout);
    // A start would take the socket of a daemon that lives.
    assertStringIncludes(lost.stdout, "closed the connection without a reply");
    assert(!lost.stdout.includes("keychain-auth start"), lost.stdout);
  },
);
