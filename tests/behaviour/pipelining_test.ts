/** Many requests on one connection: none waits for another's reply, and each gets its own. */
import { assert, assertEquals } from "@std/assert";
import { gives } from "../faults/fault.ts";
import type { KeychainClient } from "../support/clients.ts";
import { Played, testPlayed } from "../support/played.ts";
import { inTime, sleep } from "../support/raw_client.ts";

function read(client: KeychainClient, target: string): Promise<unknown> {
  return client.request({ action: "read", service: "S", targets: [target] })
    .then(({ results }) => results?.[0]?.value);
}

testPlayed(
  "requests do not wait for replies, which are told apart by their order",
  async (kind) => {
    const transport = new Played(() => undefined);
    const client = await kind.connect(transport) as KeychainClient;
    const calls = [];
    for (let turn = 0; turn < 3; turn++) {
      calls.push(read(client, "A"), read(client, "A"));
      await sleep(0);
    }
    assertEquals(transport.asked.length, 6);
    for (let index = 0; index < 6; index++) transport.last.say(gives({ A: String(index) }));
    assertEquals(await Promise.all(calls), ["0", "1", "2", "3", "4", "5"]);
    await client.close();
  },
  { only: "async" },
);

testPlayed("requests of one turn are handed over together", async (kind) => {
  const transport = new Played();
  const client = await kind.connect(transport) as KeychainClient;
  let writes = 0;
  transport.last.onWrite = () => void writes++;
  await Promise.all(Array.from({ length: 100 }, (_, index) => read(client, `T${index}`)));
  assertEquals(transport.asked.map(({ targets }) => targets![0]).at(99), "T99");
  assert(writes < 5, `${writes} writes`);
  await client.close();
}, { only: "async" });

testPlayed(
  "a request goes out behind one whose writing took long, before any reply",
  async (kind) => {
    const transport = new Played(() => undefined);
    const client = await kind.connect(transport) as KeychainClient;
    const { promise, resolve } = Promise.withResolvers<void>();
    let writes = 0;
    transport.last.onWrite = () => {
      if (writes++ === 0) return promise;
    };
    const first = read(client, "A");
    await sleep(0);
    const second = read(client, "B");
    await sleep(0);
    assertEquals(writes, 1);
    resolve();
    await sleep(0);
    assertEquals(transport.asked.map(({ targets }) => targets![0]), ["A", "B"]);
    transport.last.say(gives({ A: "1" }) + gives({ B: "2" }));
    assertEquals(await Promise.all([first, second]), ["1", "2"]);
    await client.close();
  },
  { only: "async" },
);

testPlayed("a reply is taken while a write is still under way", async (kind) => {
  const transport = new Played(() => undefined);
  const client = await kind.connect(transport) as KeychainClient;
  const first = read(client, "A");
  await sleep(0);
  const { promise, resolve } = Promise.withResolvers<void>();
  transport.last.onWrite = () => promise;
  const second = read(client, "B");
  await sleep(0);
  // A daemon that is itself writing takes nothing until somebody reads.
  transport.last.say(gives({ A: "1" }));
  assertEquals(await inTime(first), "1");
  resolve();
  await sleep(0);
  transport.last.say(gives({ B: "2" }));
  assertEquals(await second, "2");
  await client.close();
}, { only: "async" });

testPlayed("more goes out as replies come, however they come", async (kind) => {
  for (const together of [true, false]) {
    const transport = new Played(() => undefined);
    const client = await kind.connect(transport) as KeychainClient;
    const name = "x".repeat(60_000);
    const calls = Promise.all(Array.from({ length: 20 }, () => read(client, name)));
    await sleep(0);
    const held = transport.asked.length;
    assert(held > 1 && held < 20, `${held} were sent`);
    const reply = gives({ [name]: "1" });
    for (let index = 0; index < held - 1; index++) {
      transport.last.say(reply);
      if (!together) await sleep(0);
    }
    await sleep(0);
    assert(transport.asked.length > held, "Nothing more was sent");
    for (let answered = held - 1; answered < 20; answered++) {
      transport.last.say(reply);
      await sleep(0);
    }
    assertEquals(await inTime(calls), Array(20).fill("1"));
    await client.close();
  }
}, { only: "async" });
