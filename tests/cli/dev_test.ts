import { assert, assertEquals } from "@std/assert";
import { existsSync, writeFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { connect } from "../../mod.ts";
import { test } from "../harness.ts";
import { daemonWith, kca, posix, temporaryFolder } from "../support/kca.ts";
import { startDev } from "../support/kca_dev.ts";

for (
  const [signal, socket]
    of (posix ? [["SIGTERM"], ["SIGQUIT", "relative.sock"]] : [["SIGTERM"]]) as [
      NodeJS.Signals,
      string?,
    ][]
) {
  test(`kca dev serves its seed until ${signal}${socket ? `, at a ${socket}` : ""}`, async () => {
    using folder = temporaryFolder();
    const seed = join(folder.path, "seed.json");
    const policy = join(folder.path, "policy.json");
    writeFileSync(seed, JSON.stringify({ one: { A: "alpha" }, two: { B: "beta" } }));
    writeFileSync(
      policy,
      '{"allowed_read_services": ["one"], "allowed_write_services": [], "can_search": true}',
    );
    await using served = await startDev(folder.path, [
      ...["--seed", seed, "--policy", policy],
      ...(socket ? ["--socket", socket] : []),
    ]);
    const { endpoint } = served;
    if (socket) assert(isAbsolute(endpoint) && endpoint.endsWith(`/${socket}`), endpoint);
    {
      await using client = await connect({ endpoint });
      assertEquals(await client.service("one").get("A"), "alpha");
      const denied = await client.service("two").get("B").catch((error) => error.code);
      assertEquals(denied, "denied");
    }
    const code = await served.stop(signal);
    if (posix) assertEquals([code, existsSync(endpoint)], [0, false]);
  });
}

test("kca dev refuses a seed that is not an object of services", async () => {
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

test("kca dev refuses an invalid policy, instead of allowing everything", async () => {
  await using daemon = await daemonWith({});
  using folder = temporaryFolder();
  const policy = join(folder.path, "policy.json");
  for (const text of ["null", '{"allowed_read_services": [], "allowed_write_services": []}']) {
    writeFileSync(policy, text);
    const { code, stdout } = await kca(daemon, ["dev", "--policy", policy]);
    assertEquals([code, stdout], [2, ""]);
  }
});
