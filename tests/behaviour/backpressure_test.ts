/** Neither side has to hold what the other is not ready to take. */
import { assert, assertEquals, assertLess } from "@std/assert";
import { fails, gives } from "../faults/fault.ts";
import { patience, test } from "../harness.ts";
import { modes } from "../support/clients.ts";
import { sleep } from "../support/raw_client.ts";
import { testScripted } from "../support/scripted_client.ts";
import { type ScriptedServer, startScripted } from "../support/scripted_server.ts";
import { answers, cue, hang, pause, reply, request } from "../support/steps.ts";

const MIB = 1024 * 1024;

/** A server that gives one value and then sends 64 MiB unsolicited. */
async function startFlood(): Promise<ScriptedServer & { sent(): number }> {
  let sent = 0;
  const server = await startScripted([async (peer) => {
    await peer.request();
    await peer.send(gives({ A: "1" }));
    const piece = new Uint8Array(MIB / 4).fill(120);
    while (sent < 64 * MIB) {
      await peer.send(piece);
      sent += piece.length;
    }
  }, [answers({ A: "2" })]]);
  return Object.assign(server, { sent: () => sent });
}

for (const mode of modes.filter(({ sync }) => !sync)) {
  test(`[${mode.name}] an idle client does not buffer a flood of bytes`, async () => {
    await using server = await startFlood();
    const client = await mode.connect({ endpoint: server.endpoint });
    const service = client.service("S");
    assertEquals(await service.get("A"), "1");
    // Until nothing more is taken for a while, or far too much is.
    for (let before = -1, still = 0; still < 10 && server.sent() < 32 * MIB;) {
      still = server.sent() === before ? still + 1 : 0;
      before = server.sent();
      await sleep(40);
    }
    assertLess(server.sent(), 8 * MIB);
    // What came was no reply: the next call is made on another connection.
    assertEquals(await service.get("A"), "2");
    await client.close();
  });
}

const late = gives({ A: "x".repeat(8 * MIB) });
/** Enough for 8 MiB on any machine. */
const timeout = 100_000 * patience;

testScripted("a late reply of 8 MiB is taken off in front of the reply to the next call", [
  [request(), cue(), reply(late), request(), reply(gives({ B: "mine" }))],
], async ({ client, server }) => {
  const service = client.service("S");
  await fails("timeout", () => service.get("A", { timeout: 400 }));
  server.cue();
  // More of it has come than anybody takes in ahead of time.
  await sleep(300);
  assertEquals(await service.get("B", { timeout }), "mine");
  assertEquals((await server.seen()).connections, 1);
}, { only: "async" });

testScripted("a reply of 8 MiB that came while the thread was blocked is whole", [
  [request(), reply(late), request(), reply(late), hang()],
], async ({ client }) => {
  const service = client.service("S");
  for (let round = 0; round < 2; round++) {
    const call = Promise.resolve(service.get("A", { timeout }));
    await sleep(1);
    for (const end = performance.now() + 100; performance.now() < end;);
    const value = await call;
    assert(value?.length === 8 * MIB && !/[^x]/.test(value));
  }
});

const secrets = [..."abcdef"].map((letter) => [letter, letter.repeat(60_000)] as const);

// The client overwrites a write as soon as it is out.
testScripted("writes that the system does not take at once arrive whole", [
  [pause(200), answers()],
], async ({ client, server }) => {
  await client.service("S").write(secrets);
  const { requests } = await server.seen();
  const arrived = requests as { targets: string[]; values: string[] }[];
  assertEquals(arrived.map(({ targets }) => targets.join()), secrets.map(([name]) => name));
  for (const [at, [, value]] of secrets.entries()) assert(arrived[at]!.values[0] === value);
});
