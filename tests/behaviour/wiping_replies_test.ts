/** The bytes of a reply are overwritten, whatever becomes of it: with a played far end. */
import { assertEquals } from "@std/assert";
import { CANARY, fails, gives } from "../faults/fault.ts";
import type { KeychainClient } from "../support/clients.ts";
import { type Kind, Played, testPlayed } from "../support/played.ts";
import { sleep } from "../support/raw_client.ts";
import { found } from "../support/replies.ts";

/** How large the buffer is that a client reads into. */
async function bufferSize(kind: Kind): Promise<number> {
  const transport = new Played();
  const client = await kind.connect(transport);
  await client.service("S").get("A");
  await client.close();
  return Math.max(...[...transport.last.buffers].map(({ byteLength }) => byteLength));
}

/** A reply to a read of `target` whose line has so many bytes, its line feed among them. */
function replyOf(target: string, size: number, value = ""): string {
  const empty = gives({ [target]: "" }).length;
  return gives({ [target]: value.padEnd(size - empty, "x") });
}

testPlayed("a reply that is moved inside the buffer leaves nothing where it was", async (kind) => {
  const size = await bufferSize(kind);
  const transport = new Played(() => undefined);
  const client = await kind.connect(transport) as KeychainClient;
  const reads = ["A", "B"].map((name) =>
    client.request({ action: "read", service: "S", targets: [name] })
  );
  await sleep(1);
  // The first fills the buffer but for a part of the second, whose rest comes later.
  const second = replyOf("B", 3_000, CANARY);
  transport.last.say(replyOf("A", size - 2_900) + second.slice(0, 2_900));
  await sleep(1);
  assertEquals(transport.last.shows(CANARY), true);
  transport.last.say(second.slice(2_900));
  assertEquals((await Promise.all(reads)).map(({ results }) => results![0]!.target), ["A", "B"]);
  assertEquals(transport.last.shows(CANARY), false);
  await client.close();
}, { only: "async" });

testPlayed("a reply that is longer than the buffer leaves nothing in any", async (kind) => {
  const size = await bufferSize(kind);
  for (const length of [size + 1, size * 2, size * 5]) {
    const value = CANARY.repeat(Math.ceil(length / CANARY.length));
    const transport = new Played(({ targets: [target] = [] }) =>
      found(JSON.stringify({ target, value }))
    );
    const client = await kind.connect(transport);
    assertEquals(await client.service("S").get("A") === value, true);
    assertEquals(transport.last.shows(CANARY), false);
    await client.close();
  }
});

testPlayed("a read that resolves in the turn of close() leaves nothing", async (kind) => {
  const transport = new Played(() => undefined);
  const client = await kind.connect(transport);
  const call = fails("client_closed", () => client.service("S").get("A"));
  await sleep(1);
  transport.last.onRead = () => void client.close();
  transport.last.say(gives({ A: CANARY }));
  await call;
  await sleep(1);
  assertEquals(transport.last.shows(CANARY), false);
}, { only: "async" });

testPlayed("half a reply leaves nothing when the call is late and the connection closed", async (
  kind,
) => {
  const transport = new Played(() => undefined);
  const client = await kind.connect(transport);
  transport.last.onWrite = () => transport.last.say(gives({ A: CANARY }).slice(0, -5));
  await fails("timeout", () => client.service("S").get("A", { timeout: 30 }));
  if (!kind.sync) await client.close();
  assertEquals(transport.last.shows(CANARY), false);
  await client.close();
});

testPlayed(
  "a long reply that comes in ever smaller pieces leaves nothing of them",
  async (kind) => {
    const size = await bufferSize(kind);
    const transport = new Played(() => undefined);
    const client = await kind.connect(transport);
    const { last } = transport;
    const value = CANARY.repeat(size);
    const reply = gives({ A: value });
    const pieces = [size, size * 2, size, 20_000, reply.length - size * 4 - 20_000];
    let at = 0;
    const next = (): void => {
      const piece = pieces.shift();
      if (piece !== undefined) last.say(reply.slice(at, at += piece));
    };
    last.onRead = next;
    last.onWrite = next;
    assertEquals(await client.service("S").get("A") === value, true);
    assertEquals(last.shows(CANARY), false);
    await client.close();
  },
);

testPlayed("a reply longer than maxReply is refused, and nothing is left of it", async (kind) => {
  const transport = new Played(() => undefined);
  const client = await kind.connect(transport, { maxReply: 1_000 });
  const fitting = replyOf("A", 1_001, CANARY);
  transport.last.onWrite = () => transport.last.say(fitting);
  assertEquals((await client.service("S").get("A"))?.startsWith(CANARY), true);
  for (const line of [replyOf("A", 1_002, CANARY), replyOf("A", 1_002, CANARY).slice(0, -1)]) {
    const next = await kind.connect(transport, { maxReply: 1_000 });
    transport.last.onWrite = () => transport.last.say(line);
    await fails("protocol", () => next.service("S").get("A"), "1000 bytes");
    assertEquals([transport.last.shows(CANARY), transport.last.closes], [false, 1]);
    await next.close();
  }
  await client.close();
});

testPlayed("a read that ends behind close() leaves nothing", async (kind) => {
  const transport = new Played(() => undefined);
  const client = await kind.connect(transport);
  const { last } = transport;
  const call = fails("client_closed", () => client.service("S").get("A"));
  await sleep(1);
  // As of a thread that has the buffer still.
  last.readsOn = true;
  await client.close();
  await call;
  last.say(gives({ A: CANARY }));
  await sleep(1);
  assertEquals(last.shows(CANARY), false);
}, { only: "async" });
