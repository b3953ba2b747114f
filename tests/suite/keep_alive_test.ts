/** What keeps an idle connection open. */
import { assert, assertEquals } from "@std/assert";
import { connect, type KeychainClient, type Transport } from "../../mod.ts";
import { startDaemon } from "../../testing/mod.ts";
import { test } from "../harness.ts";
import { modes } from "../support/clients.ts";
import { sleep } from "../support/raw_client.ts";

/** Lets a test ring what `body` sets to ring every 20 s. */
async function ringing(body: (ring: () => void) => Promise<void>): Promise<void> {
  const { setInterval, clearInterval } = globalThis;
  const rings = new Map<unknown, () => void>();
  const patched = globalThis as unknown as Record<string, unknown>;
  patched.setInterval = (...args: Parameters<typeof setInterval>) => {
    const timer = setInterval(...args);
    if (args[1] === 20_000) rings.set(timer, args[0] as () => void);
    return timer;
  };
  patched.clearInterval = (timer: Parameters<typeof clearInterval>[0]) => {
    rings.delete(timer);
    clearInterval(timer);
  };
  try {
    await body(() => rings.forEach((ring) => ring()));
    assertEquals(rings.size, 0, "close() stops it");
  } finally {
    Object.assign(patched, { setInterval, clearInterval });
  }
}

for (const mode of modes.filter(({ sync }) => !sync)) {
  for (const keepAlive of [true, false]) {
    test(`[${mode.name}] an idle connection is ${keepAlive ? "kept by" : "left without"} keepAlive`, () =>
      ringing(async (ring) => {
        await using daemon = await startDaemon({
          secrets: { S: { A: "1" } },
          idleTimeout: 500,
        });
        const client = await mode.connect({
          endpoint: daemon.endpoint,
          keepAlive,
        }) as KeychainClient;
        assertEquals(await client.service("S").get("A"), "1");
        for (let index = 0; index < 8; index++) {
          await sleep(120);
          ring();
        }
        await sleep(50);
        assertEquals(daemon.openConnections, keepAlive ? 1 : 0);
        assertEquals(await client.service("S").get("A"), "1");
        assertEquals(daemon.connections, keepAlive ? 1 : 2);
        assert(keepAlive ? daemon.requests === 10 : daemon.requests === 2, `${daemon.requests}`);
        await client.close();
      }));
  }

  test(`[${mode.name}] keepAlive opens no connection where none is`, () =>
    ringing(async (ring) => {
      await using daemon = await startDaemon({ idleTimeout: 60 });
      const client = await mode.connect({
        endpoint: daemon.endpoint,
        keepAlive: true,
      }) as KeychainClient;
      await client.service("S").write({ A: "1" });
      await sleep(150);
      // The first one may find the connection closed; none of them may fail the program.
      for (let index = 0; index < 3; index++) {
        ring();
        await sleep(20);
      }
      await client.close();
      assert(daemon.connections <= 2);
    }));
}

test("a ping that gets no answer holds nothing and is not followed by another one", () =>
  ringing(async (ring) => {
    let held = false;
    const written: string[] = [];
    const transport: Transport = {
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
    };
    const client = await connect({ transport, endpoint: "//./pipe/none", keepAlive: true });
    ring();
    await sleep(5);
    ring();
    await sleep(5);
    assertEquals([held, written.length], [false, 1]);
    assert(written[0]!.includes('"action":"check"'), written[0]);
    await client.close();
  }));
