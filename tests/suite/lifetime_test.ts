/** When a client keeps its process alive, how fair it is to others, and what it leaves behind. */
import process from "node:process";
import { assert, assertEquals, assertLess, assertRejects } from "@std/assert";
import { connect, type KeychainClient, type Transport } from "../../mod.ts";
import { SystemCallError } from "../../core.ts";
import { startDaemon } from "../../testing/mod.ts";
import { answersAll, fails, gives } from "../faults/fault.ts";
import { runFixture, test } from "../harness.ts";
import { modes, startDaemonFor } from "../support/clients.ts";
import { sleep, until } from "../support/raw_client.ts";
import { hang, pause, reply, request } from "../support/scripted_peer.ts";
import { type Script, startScripted } from "../support/scripted_server.ts";

const answers = (pauseFor: number): Script => [
  request(),
  pause(pauseFor),
  reply(gives({ A: "value" })),
  answersAll,
];

/** State, what the server does, what the process must print before it ends, and how soon it ends. */
const states: readonly [state: string, script: Script, printed: string][] = [
  ["unused", [hang()], ""],
  ["idle", answers(0), "value"],
  ["keep alive", answers(0), "value"],
  ["pending", answers(800), "value"],
  ["pending write", [pause(600), answersAll], "written"],
  ["aborted", [hang()], "aborted"],
  ["late", [hang()], "late"],
  ["closed while pending", [hang()], "closed"],
];

for (const mode of modes.filter(({ sync }) => !sync)) {
  for (const [state, script, printed] of states) {
    test(`[${mode.name}] a process whose client is ${state} lives exactly as long as it must`, async () => {
      await using server = await startScripted([script]);
      const began = performance.now();
      const { code, stdout, stderr } = await runFixture("lifetime", {
        args: [server.endpoint, mode.transport, state],
      });
      assertEquals([code, stdout.trim()], [0, printed], stderr);
      // The server would keep the connection for good: only a client that lets go ends before.
      assertLess(performance.now() - began, 8_000);
    });
  }

  test(`[${mode.name}] a call behind one that was late keeps the process alive`, async () => {
    await using server = await startScripted([[
      request(),
      pause(700),
      reply(gives({ A: "late" })),
      request(),
      reply(gives({ B: "mine" })),
    ]]);
    const { code, stdout, stderr } = await runFixture("lifetime", {
      args: [server.endpoint, mode.transport, "late, then pending"],
    });
    assertEquals([code, stdout.trim()], [0, "mine"], stderr);
    assertEquals(server.connections, 1);
  });

  test(`[${mode.name}] 5,000 reads in a row leave the event loop its turns`, async () => {
    await using daemon = await startDaemonFor({ ...mode, sync: true }, {
      secrets: { S: { A: "1" } },
    });
    await using client = await mode.connect({ endpoint: daemon.endpoint }) as KeychainClient;
    const service = client.service("S");
    for (let index = 0; index < 200; index++) await service.get("A");
    const gaps: number[] = [];
    let last = performance.now();
    const timer = setInterval(() => {
      const now = performance.now();
      gaps.push(now - last);
      last = now;
    }, 1);
    for (let index = 0; index < 5_000; index++) await service.get("A");
    clearInterval(timer);
    gaps.sort((a, b) => a - b);
    // The middle one, because a machine with other work to do makes a tenth of them long.
    const typical = gaps[Math.floor(gaps.length / 2)] ?? Infinity;
    const report = `${gaps.length} turns, half within ${typical.toFixed(1)} ms, ` +
      `longest ${gaps.at(-1)?.toFixed(1)} ms`;
    if (process.env.KEYCHAIN_AUTH_TEST_SOAK) console.log(mode.name, report);
    assert(gaps.length >= 20, report);
    assertLess(typical, 10, report);
  });

  test(`[${mode.name}] a write after the daemon closed while the event loop was blocked is made again`, async () => {
    // In a process of its own, because this one is blocked.
    const options = { secrets: { S: { A: "1" } }, idleTimeout: 60 };
    await using daemon = await startDaemonFor({ ...mode, sync: true }, options);
    await using client = await mode.connect({ endpoint: daemon.endpoint }) as KeychainClient;
    const service = client.service("S");
    assertEquals(await service.get("A"), "1");
    for (const end = performance.now() + 400; performance.now() < end;);
    await service.write({ A: "2" });
    assertEquals(await service.get("A"), "2");
  });

  test(`[${mode.name}] close() while a reconnect hangs ends what waits, and says nothing was sent`, async () => {
    await using daemon = await startDaemon({ secrets: { S: { A: "1" } } });
    const real = await mode.connect({ endpoint: daemon.endpoint });
    await real.close();
    let connections = 0;
    const hanging: Transport = {
      name: "hanging",
      available: () => true,
      connect: () =>
        connections++ === 0
          ? Promise.resolve({
            quiet: () => false,
            read: () => 0,
            write: () => {
              throw new SystemCallError("send", "EPIPE", 0);
            },
            close: () => {},
          })
          : new Promise(() => {}),
    };
    const client = await connect({ endpoint: daemon.endpoint, transport: hanging });
    const service = client.service("S");
    const late = await fails("timeout", () => service.get("A", { timeout: 60 }));
    assertEquals(late.sent, false);
    const merged = [service.get("A", { timeout: 60 }), service.get("B", { timeout: 60 })]
      .map((call) => fails("timeout", () => call));
    for (const error of await Promise.all(merged)) assertEquals(error.sent, false);
    const closed = fails("client_closed", () => service.write({ A: "1" }));
    await sleep(10);
    await client.close();
    assertEquals((await closed).sent, false);
  });

  test(`[${mode.name}] close() gives the descriptor back`, async () => {
    await using daemon = await startDaemon();
    for (let round = 0; round < 50; round++) {
      const client = await mode.connect({ endpoint: daemon.endpoint });
      await client.service("S").write({ A: String(round) });
      await client.close();
    }
    await until("the daemon has seen all of them go", () => daemon.openConnections === 0);
    assertEquals(daemon.connections, 50);
  });
}

test("a connect that is abandoned is given up at once, not when its time is over", async () => {
  let ended = false;
  const patient: Transport = {
    name: "patient",
    available: () => true,
    async connect(_endpoint, deadline) {
      while (!deadline.passed) await sleep(5);
      ended = true;
      throw new SystemCallError("connect", "ETIMEDOUT");
    },
  };
  const controller = new AbortController();
  const { signal } = controller;
  const connecting = connect({ endpoint: "//./pipe/none", transport: patient, signal });
  const outcome = assertRejects(() => connecting, Error, "enough");
  await sleep(20);
  controller.abort(new Error("enough"));
  await outcome;
  await until("the transport was told", () => ended);
});
