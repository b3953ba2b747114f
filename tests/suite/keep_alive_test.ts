/** What keeps an idle connection open. */
import { assert, assertEquals } from "@std/assert";
import { chooseTransport } from "../../connect/choose_transport.ts";
import { encodeFrame, type Transport } from "../../core.ts";
import { runtimeSystem } from "../../net/system.ts";
import { KeepAlive } from "../../src/client/keep_alive.ts";
import { settingsOf } from "../../src/client/options.ts";
import { Session } from "../../src/client/session.ts";
import { startDaemon } from "../../testing/mod.ts";
import { test } from "../harness.ts";
import { modes } from "../support/clients.ts";
import { withoutRemedies } from "../support/without_remedies.ts";
import { sleep } from "../support/raw_client.ts";

const check = () => encodeFrame({ action: "check", service: "S", targets: ["A"] });
const read = () => encodeFrame({ action: "read", service: "S", targets: ["A"] });

async function open(transport: Transport, endpoint: string): Promise<Session> {
  const route = { transport, system: runtimeSystem, candidates: [endpoint] };
  const session = new Session({ route, ...withoutRemedies }, settingsOf({}));
  await session.open({});
  return session;
}

test("KeepAlive pings again and again until it is stopped", async () => {
  const actions: string[] = [];
  const keepAlive = new KeepAlive({ ping: ({ action }) => void actions.push(action) }, 2);
  while (actions.length < 3) await sleep(2);
  keepAlive.stop();
  const { length } = actions;
  await sleep(20);
  assertEquals([actions.length, new Set(actions)], [length, new Set(["check"])]);
});

for (const mode of modes.filter(({ sync }) => !sync)) {
  for (const pinged of [true, false]) {
    test(`[${mode.name}] an idle connection is ${pinged ? "kept by" : "closed without"} pings`, async () => {
      await using daemon = await startDaemon({ secrets: { S: { A: "1" } }, idleTimeout: 3_000 });
      const session = await open(
        (await chooseTransport(mode.transport)).transport,
        daemon.endpoint,
      );
      await session.exchange([read()], {});
      const began = performance.now();
      while (performance.now() - began < 3_500) {
        await sleep(100);
        if (pinged) session.ping(check());
      }
      assertEquals(daemon.openConnections, pinged ? 1 : 0);
      await session.exchange([read()], {});
      assertEquals(daemon.connections, pinged ? 1 : 2);
      session.close();
    });
  }

  test(`[${mode.name}] a ping opens no connection`, async () => {
    await using daemon = await startDaemon({ idleTimeout: 60 });
    const session = await open((await chooseTransport(mode.transport)).transport, daemon.endpoint);
    await session.exchange([read()], {});
    while (daemon.openConnections > 0) await sleep(20);
    // The first one may find the connection closed; none of them may fail the program.
    for (let index = 0; index < 3; index++) {
      session.ping(check());
      await sleep(20);
    }
    session.close();
    assertEquals(daemon.connections, 1);
  });
}

test("a ping that gets no answer holds nothing and is not followed by another one", async () => {
  let held = false;
  const written: string[] = [];
  const session = await open({
    name: "silent",
    available: () => true,
    connect: () =>
      Promise.resolve({
        quiet: () => true,
        read: () => new Promise<number>(() => {}),
        write: (bytes) => void written.push(new TextDecoder().decode(bytes)),
        close: () => {},
        ref: () => held = true,
        unref: () => held = false,
      }),
  }, "//./pipe/none");
  for (let index = 0; index < 2; index++) {
    session.ping(check());
    await sleep(5);
  }
  assertEquals([held, written.length], [false, 1]);
  assert(written[0]!.includes('"action":"check"'), written[0]);
  session.close();
});
