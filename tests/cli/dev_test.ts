import { assert, assertEquals } from "@std/assert";
import { spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import process from "node:process";
import { connect } from "../../mod.ts";
import { test } from "../harness.ts";
import { daemonWith, kca, kcaCommand, posix, temporaryFolder } from "../support/kca.ts";
import { sleep } from "../support/raw_client.ts";

/** The line for a shell to take: PowerShell's on Windows. */
const LINE = posix
  ? /^export KEYCHAIN_AUTH_SOCKET='(.+)'\n$/
  : /^\$env:KEYCHAIN_AUTH_SOCKET = '(.+)'\n$/;

for (
  const [signal, socket]
    of (posix ? [["SIGTERM"], ["SIGQUIT", "relative.sock"]] : [["SIGTERM"]]) as [
      NodeJS.Signals,
      string?,
    ][]
) {
  test(`kca dev serves its seed until ${signal}${socket ? `, at a ${socket}` : ""}`, async () => {
    using folder = temporaryFolder();
    const [seed, policy, output] = ["seed.json", "policy.json", "output"].map((name) =>
      join(folder.path, name)
    ) as [string, string, string];
    writeFileSync(seed, JSON.stringify({ one: { A: "alpha" }, two: { B: "beta" } }));
    writeFileSync(
      policy,
      '{"allowed_read_services": ["one"], "allowed_write_services": [], "can_search": true}',
    );
    const [file, ...args] = kcaCommand([
      ...["dev", "--seed", seed, "--policy", policy],
      ...(socket ? ["--socket", socket] : []),
    ]);
    const descriptor = openSync(output, "w");
    const child = spawn(file!, args, { cwd: folder.path, stdio: ["ignore", descriptor, "ignore"] });
    closeSync(descriptor);
    let code: number | null | undefined;
    const ended = new Promise<void>((resolve) =>
      child.on("exit", (value) => {
        code = value;
        resolve();
      })
    );
    let endpoint = "";
    try {
      let line = "";
      while (!line.endsWith("\n") && code === undefined) {
        await sleep(20);
        line = readFileSync(output, "utf8");
      }
      [, endpoint = ""] = LINE.exec(line) ?? [];
      if (socket) assert(isAbsolute(endpoint) && endpoint.endsWith(`/${socket}`), endpoint);
      await using client = await connect({ endpoint });
      assertEquals(await client.service("one").get("A"), "alpha");
      const denied = await client.service("two").get("B").catch((error) => error.code);
      assertEquals(denied, "denied");
    } finally {
      // Not child.kill: Deno's copy of it reports the signal that it sent as the way it ended.
      process.kill(child.pid!, signal);
      await ended;
    }
    if (posix) assertEquals([code, existsSync(endpoint)], [0, false]);
  });
}

test("kca dev refuses a seed that is no object of services", async () => {
  await using daemon = await daemonWith({});
  using folder = temporaryFolder();
  const seed = join(folder.path, "seed.json");
  for (const text of ['[{"A": "leaked"}]', '"leaked"', "null", '{"one": ["leaked"]}']) {
    writeFileSync(seed, text);
    const { code, stdout, stderr } = await kca(daemon, ["dev", "--seed", seed]);
    assertEquals([code, stdout], [2, ""]);
    assert(!stderr.includes("leaked"), stderr);
  }
});
