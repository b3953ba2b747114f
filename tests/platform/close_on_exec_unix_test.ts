import { assertEquals } from "@std/assert";
import process from "node:process";
import { startDaemon } from "../../testing/mod.ts";
import { patience, runFixture, test } from "../harness.ts";
import { modes, testClient } from "../support/clients.ts";

testClient(
  "the connection is not inheritable, as the kernel says",
  {},
  async ({ client, mode }) => {
    await Promise.resolve();
    if (mode.transport === "ffi") assertEquals(client.inheritable, false);
  },
);

for (const { name, transport, sync } of modes) {
  if (sync) continue;
  // In an emulator each fork takes long.
  const children = (transport === "ffi" ? 1000 : 200) / patience;
  test(
    `[${name}] ${children} children started while connections are opened inherit none`,
    async () => {
      await using daemon = await startDaemon();
      const { stdout, stderr } = await runFixture("open_while_spawning", {
        args: [daemon.endpoint, transport, String(children)],
        timeout: 290_000,
      });
      assertEquals(JSON.parse(stdout || "null"), { leaked: 0, count: children }, stderr);
    },
    { skip: process.platform !== "linux", timeout: 300_000 },
  );
}
