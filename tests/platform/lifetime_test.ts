/** When a client keeps its process alive, how fair it is to others, and what it leaves behind. */
import process from "node:process";
import { assert, assertEquals, assertLess } from "@std/assert";
import type { KeychainClient } from "../../mod.ts";
import { startDaemon } from "../../testing/mod.ts";
import { answersAll, gives } from "../faults/fault.ts";
import { runFixture, test } from "../harness.ts";
import { modes, startDaemonFor } from "../support/clients.ts";
import { until } from "../support/raw_client.ts";
import { cue, hang, pause, reply, request } from "../support/steps.ts";
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
  // Calls with limits of their own go alone.
  [
    "answered within limits",
    [request(), reply(gives({ A: "1" })), request(), reply(gives({ A: "2" })), answersAll],
    "1,2",
  ],
  ["pending", answers(800), "value"],
  ["pending write", [pause(600), answersAll], "written"],
  ["pending write, late", [hang()], "late"],
  ["aborted", [hang()], "aborted"],
  ["late", [hang()], "late"],
  ["closed while pending", [hang()], "closed"],
];

for (const mode of modes.filter(({ sync }) => !sync)) {
  for (const [state, script, printed] of states) {
    test(`[${mode.name}] a process whose client is ${state} ends as soon as it can`, async () => {
      await using server = await startScripted([script]);
      const { code, stdout, stderr } = await runFixture("lifetime", {
        args: [server.endpoint, mode.transport, state],
      });
      assertEquals([code, stdout.trim()], [0, printed], stderr);
    });
  }

  test(`[${mode.name}] a call after a late one keeps the process alive`, async () => {
    await using server = await startScripted([[
      request(),
      cue(),
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

  test(`[${mode.name}] 5,000 reads in a row do not starve the event loop`, async () => {
    await using daemon = await startDaemonFor({ ...mode, sync: true }, {
      secrets: { S: { A: "1" } },
    });
    await using client = await mode.connect({ endpoint: daemon.endpoint }) as KeychainClient;
    const service = client.service("S");
    for (let index = 0; index < 200; index++) await service.get("A");
    // Counted in reads, for a machine with other work to do stops both clocks.
    const between: number[] = [];
    let reads = 0;
    const timer = setInterval(() => {
      between.push(reads);
      reads = 0;
    }, 1);
    for (let index = 0; index < 5_000; index++) {
      await service.get("A");
      reads++;
    }
    clearInterval(timer);
    between.sort((a, b) => a - b);
    const typical = between[Math.floor(between.length / 2)] ?? Infinity;
    const report = `${between.length} turns, half within ${typical} reads, ` +
      `longest ${between.at(-1)} reads`;
    if (process.env.KEYCHAIN_AUTH_TEST_SOAK) console.log(mode.name, report);
    assert(between.length >= 20, report);
    assertLess(typical, 500, report);
  }, { timeout: 300_000 });

  test(`[${mode.name}] a write after the daemon closed during a blocked event loop is retried`, async () => {
    // In a process of its own, because this one is blocked.
    const options = { secrets: { S: { A: "1" } }, idleTimeout: 500 };
    await using daemon = await startDaemonFor({ ...mode, sync: true }, options);
    await using client = await mode.connect({ endpoint: daemon.endpoint }) as KeychainClient;
    const service = client.service("S");
    assertEquals(await service.get("A"), "1");
    for (const end = performance.now() + 1_500; performance.now() < end;);
    await service.write({ A: "2" });
    assertEquals(await service.get("A"), "2");
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
