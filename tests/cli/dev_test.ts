import { assertEquals } from "@std/assert";
import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { connect } from "../../mod.ts";
import { test } from "../harness.ts";
import { kcaCommand, posix, temporaryFolder } from "../support/kca.ts";
import { sleep } from "../support/raw_client.ts";

/** The line for a shell to take: PowerShell's on Windows. */
const LINE = posix
  ? /^export KEYCHAIN_AUTH_SOCKET='(.+)'\n$/
  : /^\$env:KEYCHAIN_AUTH_SOCKET = '(.+)'\n$/;

test("kca dev serves its seed until it is told to end", async () => {
  using folder = temporaryFolder();
  const [seed, policy, output] = ["seed.json", "policy.json", "output"].map((name) =>
    join(folder.path, name)
  ) as [string, string, string];
  writeFileSync(seed, JSON.stringify({ one: { A: "alpha" }, two: { B: "beta" } }));
  writeFileSync(
    policy,
    '{"allowed_read_services": ["one"], "allowed_write_services": [], "can_search": true}',
  );
  const [file, ...args] = kcaCommand(["dev", "--seed", seed, "--policy", policy]);
  const descriptor = openSync(output, "w");
  const child = spawn(file!, args, { stdio: ["ignore", descriptor, "ignore"] });
  closeSync(descriptor);
  let code: number | null | undefined;
  const ended = new Promise<void>((resolve) =>
    child.on("exit", (value) => {
      code = value;
      resolve();
    })
  );
  try {
    let line = "";
    while (!line.endsWith("\n") && code === undefined) {
      await sleep(20);
      line = readFileSync(output, "utf8");
    }
    const [, endpoint = ""] = LINE.exec(line) ?? [];
    await using client = await connect({ endpoint });
    assertEquals(await client.service("one").get("A"), "alpha");
    const denied = await client.service("two").get("B").catch((error) => error.code);
    assertEquals(denied, "denied");
  } finally {
    // Not child.kill: Deno's copy of it reports the signal that it sent as the way it ended.
    process.kill(child.pid!, "SIGTERM");
    await ended;
  }
  if (posix) assertEquals(code, 0);
});
