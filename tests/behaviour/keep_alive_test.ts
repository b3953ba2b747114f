/** What keeps an idle connection open, and what does not. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert, assertEquals } from "@std/assert";
import { startDaemon } from "../../testing/mod.ts";
import { ANP, gives } from "../faults/fault.ts";
import { runFixture, test } from "../harness.ts";
import { modes } from "../support/clients.ts";
import { sleep, until } from "../support/raw_client.ts";
import { startScripted } from "../support/scripted_server.ts";
import { answers, close, reply, request } from "../support/steps.ts";

/** A process whose client is idle for as long as the test wants. */
async function idle(
  args: string[],
  meanwhile: () => Promise<void>,
): Promise<{ code: number; printed: string }> {
  const folder = mkdtempSync(join(tmpdir(), "kca-idle-"));
  const file = join(folder, "go on");
  try {
    const running = runFixture("keep_alive", { args: [...args, file] });
    await meanwhile();
    writeFileSync(file, "");
    const { code, stdout } = await running;
    return { code, printed: stdout.replaceAll("\r", "") };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

for (const mode of modes.filter(({ sync }) => !sync)) {
  test(`[${mode.name}] keepAlive keeps an idle connection open`, async () => {
    await using daemon = await startDaemon({ secrets: { S: { A: "1" } }, idleTimeout: 10_000 });
    const args = [daemon.endpoint, mode.transport, "true"];
    const { code, printed } = await idle(
      args,
      () => until("it has asked four times", () => daemon.requests >= 5),
    );
    assertEquals([code, printed, daemon.connections], [0, "1\n1\n", 1]);
  });

  test(`[${mode.name}] without keepAlive no request is sent on an idle connection`, async () => {
    await using daemon = await startDaemon({ secrets: { S: { A: "1" } }, idleTimeout: 300 });
    const args = [daemon.endpoint, mode.transport, "false"];
    const { code, printed } = await idle(
      args,
      () =>
        until(
          "it has read, and the daemon has closed",
          () => daemon.requests > 0 && daemon.openConnections === 0,
        ),
    );
    assertEquals([code, printed], [0, "1\n1\n"]);
    assertEquals(daemon.requests, 2);
    assert(daemon.connections >= 2);
  });

  test(`[${mode.name}] keepAlive does not open a connection`, async () => {
    await using server = await startScripted([
      [request(), reply(gives({ A: "1" })), close()],
      [answers({ A: "2" })],
    ]);
    const { code, printed } = await idle([server.endpoint, mode.transport, "true"], async () => {
      await until(
        "it has read, and the server has closed",
        () => server.requests.length > 0 && server.openConnections === 0,
      );
      await sleep(400);
      assertEquals(server.connections, 1);
    });
    assertEquals([code, printed, server.connections], [0, "1\n2\n", 2]);
  });

  test(`[${mode.name}] keepAlive sends no second request before the first reply`, async () => {
    await using server = await startScripted([async (peer) => {
      await request()(peer);
      await peer.send(gives({ A: "1" }));
      await request()(peer);
      await request()(peer);
      await peer.send(ANP + gives({ A: "2" }));
    }]);
    const { code, printed } = await idle([server.endpoint, mode.transport, "true"], async () => {
      await until("it has asked", () => server.requests.length === 2);
      await sleep(400);
    });
    assertEquals([code, printed], [0, "1\n2\n"]);
    assertEquals(server.requests.map(({ action }) => action), ["read", "check", "read"]);
  });
}
