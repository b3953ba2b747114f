/** Who listens on a Unix socket. */
import { assertEquals, assertRejects } from "@std/assert";
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { UntrustedPeerError } from "../../mod.ts";
import { test } from "../harness.ts";
import { modes, testClient } from "../support/clients.ts";

testClient("peer tells who listens", {}, async ({ client, daemon, mode }) => {
  await client.service("S").get("T");
  assertEquals(client.peer?.uid, process.getuid?.());
  if (mode.transport === "ffi" && !mode.sync) assertEquals(client.peer?.pid, process.pid);
  assertEquals(client.endpoint, daemon.endpoint);
});

/** Listens as another user and reports whatever a client sends. */
const STRANGER = `
import os, socket, sys
os.setgid(65534); os.setuid(65534)
s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); os.chmod(sys.argv[1], 0o666); s.listen()
print("ready", flush=True)
while True:
    c, _ = s.accept()
    c.settimeout(5)
    print("got", c.recv(100), flush=True)
`;

const canPlay = process.getuid?.() === 0 && spawnSync("python3", ["-c", ""]).status === 0;

for (const mode of modes) {
  test(`[${mode.name}] a stranger's socket is refused before anything is sent`, async () => {
    const folder = mkdtempSync(join(tmpdir(), "kca-stranger-"));
    chmodSync(folder, 0o777);
    const endpoint = join(folder, "agent.sock");
    const child = spawn("python3", ["-c", STRANGER, endpoint], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const exited = new Promise((resolve) => child.once("exit", resolve));
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    try {
      assertEquals((await lines.next()).value, "ready");
      const error = await assertRejects(() => mode.connect({ endpoint }), UntrustedPeerError);
      assertEquals([error.endpoint, error.uid], [endpoint, 65534]);
      assertEquals((await lines.next()).value, "got b''");
      // The link is the caller's own, the socket is not.
      const link = join(folder, "link.sock");
      symlinkSync(endpoint, link);
      await assertRejects(() => mode.connect({ endpoint: link }), UntrustedPeerError);
      assertEquals((await lines.next()).value, "got b''");
      const trusting = await mode.connect({ endpoint, peer: { uids: [65534] } });
      assertEquals(trusting.peer?.uid, 65534);
      await trusting.close();
    } finally {
      child.kill();
      await exited;
      rmSync(folder, { recursive: true });
    }
  }, { skip: !canPlay });
}
