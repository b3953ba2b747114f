/** What its caller has left before it could be sent is never sent. */
import { assert, assertEquals } from "@std/assert";
import { fails } from "../faults/fault.ts";
import type { KeychainClient } from "../support/clients.ts";
import { keychain } from "../support/keychain.ts";
import { Played, testPlayed } from "../support/played.ts";
import { inTime, sleep } from "../support/raw_client.ts";

/** A raw read, which is not merged with others. */
function read(client: KeychainClient, target: string, timeout: number): Promise<unknown> {
  return client.request({ action: "read", service: "S", targets: [target] }, { timeout });
}

/** Raw reads that fill what may be on the way without a reply, and the far end's silence. */
async function fullWindow(
  body: (client: KeychainClient, transport: Played) => Promise<void>,
  kind: { connect(transport: Played): Promise<unknown> },
): Promise<void> {
  const answer = keychain();
  let silent = true;
  const transport = new Played((asked) => silent ? undefined : answer(asked));
  const client = await kind.connect(transport) as KeychainClient;
  const targets = ["x".repeat(60_000)];
  const filling = Array.from(
    { length: 6 },
    () => client.request({ action: "read", service: "S", targets }),
  );
  await sleep(1);
  const held = transport.asked.length;
  assert(held > 0 && held < 6, `${held} of 6 were sent`);
  await body(client, transport);
  silent = false;
  for (const asked of transport.asked) transport.last.say(answer(asked) + "\n");
  await inTime(Promise.all(filling));
  await client.service("S").get("last");
  assertEquals(transport.asked.map(({ targets }) => targets![0]!.slice(0, 4)).sort(), [
    "last",
    ...Array(6).fill("xxxx"),
  ]);
  await client.close();
}

testPlayed(
  "what is late before it could be sent is never sent",
  (kind) =>
    fullWindow(async (client) => {
      const service = client.service("S");
      const calls = [
        () => service.get("late", { timeout: 30 }),
        () => service.write({ late: "x" }, { timeout: 30 }),
        () => read(client, "late", 30),
      ];
      for (const error of await Promise.all(calls.map((call) => fails("timeout", call)))) {
        assertEquals(error.sent, false);
      }
    }, kind),
  { only: "async" },
);

testPlayed(
  "what was aborted before it could be sent is never sent",
  (kind) =>
    fullWindow(async (client) => {
      const service = client.service("S");
      const controller = new AbortController();
      const { signal } = controller;
      const calls = [
        service.get("left", { signal }),
        service.write({ left: "x" }, { signal }),
        service.search("left", { signal }),
      ];
      await sleep(1);
      controller.abort("enough");
      const ended = await Promise.allSettled(calls);
      assertEquals(
        ended.map((end) => end.status === "rejected" && end.reason),
        Array(3).fill("enough"),
      );
    }, kind),
  { only: "async" },
);

testPlayed("a call that is late while connecting is never sent, and the connecting goes on", async (
  kind,
) => {
  const transport = new Played();
  const client = await kind.connect(transport) as KeychainClient;
  const service = client.service("S");
  let attempts = 0;
  const { promise, resolve } = Promise.withResolvers<void>();
  transport.onConnect = () => {
    attempts++;
    return promise;
  };
  transport.last.end();
  const late = [
    () => service.get("late", { timeout: 30 }),
    () => service.write({ late: "x" }, { timeout: 30 }),
  ].map((call) => fails("timeout", call, "connection"));
  const patient = service.write({ patient: "x" });
  for (const error of await inTime(Promise.all(late))) assertEquals(error.sent, false);
  resolve();
  await inTime(patient);
  assertEquals([attempts, transport.asked.map(({ targets }) => targets)], [1, [["patient"]]]);
  await client.close();
}, { only: "async" });
