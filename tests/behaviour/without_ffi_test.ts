/** Where direct system calls are not to be had: what works instead, and what the caller is told. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { startDaemon } from "../../testing/mod.ts";
import { fails } from "../faults/fault.ts";
import { runFixture, runtime, test } from "../harness.ts";
import { connect, connectSync, hasFfi } from "../support/clients.ts";

if (!hasFfi) {
  test("connectSync() on a runtime without FFI says that it has none", async () => {
    await using daemon = await startDaemon();
    const { endpoint } = daemon;
    for (const transport of [undefined, "auto", "ffi"] as const) {
      const error = await fails(
        "transport_unavailable",
        () => connectSync({ endpoint, transport }),
      );
      assertEquals(error.transport, "ffi");
      assertStringIncludes(error.message, "node:ffi");
      assertStringIncludes(error.message, "or Node 26 and newer");
    }
    assertEquals(daemon.connections, 0);
  });

  test("connect() on a runtime without FFI takes node, and says why it cannot take ffi", async () => {
    await using daemon = await startDaemon();
    const { endpoint } = daemon;
    await using client = await connect({ endpoint });
    assertEquals(client.transport, "node");
    const error = await fails(
      "transport_unavailable",
      () => connect({ endpoint, transport: "ffi" }),
    );
    assertStringIncludes(error.message, "node:ffi");
  });
}

test("connectSync() over node says that it cannot block", async () => {
  await using daemon = await startDaemon();
  const { endpoint } = daemon;
  const error = await fails(
    "transport_unavailable",
    () => connectSync({ endpoint, transport: "node" }),
    "cannot block",
  );
  assertEquals([error.transport, daemon.connections], ["node", 0]);
});

/** What `connectSync()` says in a process with these permissions. */
async function said(options: { permissions?: string[]; flags?: string[] }, transport?: string) {
  await using daemon = await startDaemon();
  const args = [daemon.endpoint, ...(transport === undefined ? [] : [transport])];
  const { stdout, stderr, code } = await runFixture("connect_sync_once", { args, ...options });
  assertEquals([code, daemon.connections], [0, 0], stderr);
  return JSON.parse(stdout) as { code: string; message: string; flags?: string[][] };
}

for (const transport of [undefined, "ffi"]) {
  if (runtime === "bun" || !hasFfi) continue;
  const named = transport === undefined ? "" : ", also when ffi is named";
  test(`connectSync() without --allow-ffi names the flag${named}`, async () => {
    // node:net would do with what is granted, but cannot wait.
    const permissions = ["--allow-read", "--allow-write", "--allow-net", "--allow-env"];
    const flags = runtime === "node" ? ["--permission", "--allow-fs-read=*", "--allow-net"] : [];
    const result = await said({ permissions, flags }, transport);
    assertEquals([result.code, result.flags?.length], ["permission", 1]);
    const [flag] = result.flags![0]!;
    assert(/^--allow-ffi(?:=\S+)?$/.test(flag!), flag);
    assertStringIncludes(result.message, flag!);
  });
}
