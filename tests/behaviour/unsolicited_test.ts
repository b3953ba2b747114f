/** Unsolicited replies: a denial counts, a success never does. */
import { assertEquals } from "@std/assert";
import { fails, gives, OK } from "../faults/fault.ts";
import type { KeychainClient } from "../support/clients.ts";
import { Played, testPlayed } from "../support/played.ts";
import { sleep } from "../support/raw_client.ts";
import { INT, UNREG } from "../support/replies.ts";

for (
  const [name, line, code] of [["a denial", UNREG, "denied"], [
    "an error",
    INT,
    "daemon_error",
  ]] as const
) {
  for (const cut of [0, 1, 40, line.length, line.length + 1]) {
    testPlayed(`${name} is told of which ${cut} bytes came before the call`, async (kind) => {
      const transport = new Played(() => undefined);
      const client = await kind.connect(transport);
      const { last } = transport;
      const text = line + "\n";
      const rest = (): void => {
        last.say(text.slice(cut));
        last.end();
      };
      last.say(text.slice(0, cut));
      // A synchronous client does not give the rest a turn of its own.
      if (kind.sync) rest();
      const call = fails(code, () => client.service("S").get("A"));
      await sleep(1);
      if (!kind.sync) rest();
      await call;
      assertEquals(transport.connections.length, 1);
      // One that denied before it was asked serves nobody any more.
      if (cut > 0) assertEquals(last.closes, 1);
      await client.close();
    });
  }
}

testPlayed("a success that came before the call makes no write done", async (kind) => {
  for (const early of [OK, gives({ A: "1" }), OK.slice(0, 20)]) {
    const transport = new Played(() => undefined);
    const client = await kind.connect(transport);
    transport.last.say(early);
    if (!early.endsWith("\n")) {
      transport.last.onRead = () => transport.last.say(OK.slice(20));
    }
    await fails("protocol", () => client.service("S").write({ A: "1" }));
    assertEquals(transport.connections.map(({ closes }) => closes), [1]);
    await client.close();
  }
});

testPlayed(
  "a success that comes while the event loop reads before a call makes no write done",
  async (
    kind,
  ) => {
    const transport = new Played(() => undefined);
    const client = await kind.connect(transport);
    const { last } = transport;
    last.catchUp = () => Promise.resolve(last.say(OK));
    await fails("protocol", () => client.service("S").write({ A: "1" }), "unsolicited");
    assertEquals([transport.asked, last.closes], [[], 1]);
    await client.close();
  },
  { only: "async" },
);

testPlayed("a reply too many that comes then is not taken for the next call's", async (kind) => {
  const transport = new Played();
  const client = await kind.connect(transport) as KeychainClient;
  const service = client.service("S");
  await service.write({ A: "right", B: "right" });
  const [first] = transport.connections;
  first!.catchUp = () => Promise.resolve(first!.say(gives({ A: "wrong" })));
  // Calls that are made meanwhile wait, too.
  const reads = [
    service.get("A"),
    client.request({ action: "read", service: "S", targets: ["B"] }),
  ];
  assertEquals((await Promise.all(reads)).length, 2);
  assertEquals(await reads[0], "right");
  assertEquals(transport.connections.map(({ asked }) => asked.length), [1, 2]);
  await client.close();
}, { only: "async" });

testPlayed("a call that is late while the event loop reads is never sent", async (kind) => {
  const transport = new Played();
  const client = await kind.connect(transport);
  const gate = Promise.withResolvers<void>();
  transport.last.catchUp = () => gate.promise;
  const write = () => client.service("S").write({ A: "1" }, { timeout: 30 });
  assertEquals((await fails("timeout", write)).sent, false);
  gate.resolve();
  transport.last.catchUp = undefined;
  assertEquals(await client.service("S").get("A"), undefined);
  assertEquals(transport.asked.map(({ action }) => action), ["read"]);
  await client.close();
}, { only: "async" });

testPlayed("a reply too many is not taken for the next call's", async (kind) => {
  for (const extra of [OK, gives({ B: "wrong" }), OK.slice(0, 20), "\n", INT + "\n"]) {
    const transport = new Played();
    const client = await kind.connect(transport);
    const service = client.service("S");
    await service.write({ A: "1", B: "right" });
    transport.last.say(extra);
    await service.write({ C: "3" });
    assertEquals(await service.get("B"), "right");
    assertEquals(transport.connections.map(({ asked }) => asked.map(({ action }) => action)), [
      ["write"],
      ["write", "read"],
    ]);
    await client.close();
  }
});

testPlayed("a denial of the program is the answer to all that is on the way", async (kind) => {
  const transport = new Played(() => undefined);
  const client = await kind.connect(transport) as KeychainClient;
  const calls = ["A", "B", "C"].map((name) =>
    fails("denied", () => client.request({ action: "read", service: "S", targets: [name] }))
  );
  await sleep(1);
  transport.last.say(UNREG + "\n");
  transport.last.end();
  await Promise.all(calls);
  assertEquals(transport.connections.length, 1);
  await client.close();
}, { only: "async" });

testPlayed("an unsolicited denial is the answer to all requests of one call", async (kind) => {
  const transport = new Played();
  transport.onOpen = (connection) => {
    connection.say(UNREG + "\n");
    connection.end();
  };
  const client = await kind.connect(transport);
  const large = [0, 1, 2].map((index) => [`T${index}`, "x".repeat(40_000)] as const);
  await fails("denied", () => client.service("S").write(large));
  assertEquals([transport.connections.length, transport.asked], [1, []]);
  await client.close();
});
