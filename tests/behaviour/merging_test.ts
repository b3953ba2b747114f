/** Reads of one turn travel as one request, and nobody notices. */
import { assert, assertEquals } from "@std/assert";
import { fails } from "../faults/fault.ts";
import type { KeychainClient } from "../support/clients.ts";
import { keychain } from "../support/keychain.ts";
import { type Answer, type Kind, Played, testPlayed } from "../support/played.ts";
import { sleep } from "../support/raw_client.ts";
import { found, INT, MAL, SNA } from "../support/replies.ts";

const SECRETS = { A: "a", B: "b", C: "", D: "d" };

/** Registers a test with a client whose far end holds {@linkcode SECRETS}, or answers as said. */
function testMerging(
  name: string,
  body: (client: KeychainClient, transport: Played) => Promise<void>,
  answer: Answer = keychain(SECRETS),
): void {
  testPlayed(name, async (kind: Kind) => {
    const transport = new Played(answer);
    const client = await kind.connect(transport) as KeychainClient;
    await body(client, transport);
    await client.close();
  }, { only: "async" });
}

/** What was asked, such as `read A B`. */
function asked({ asked }: Played): string[] {
  return asked.map(({ action, targets = [] }) => [action, ...targets].join(" "));
}

testMerging("reads of one turn are one request, which names each target once", async (
  client,
  transport,
) => {
  const service = client.service("S");
  const reads = [
    service.get("A"),
    service.read(["B", "A", "x"]),
    service.get("C"),
    service.get("A"),
  ];
  const [a, list, c, again] = await Promise.all(reads);
  assertEquals([a, c, again], ["a", "", "a"]);
  assertEquals(
    [...list as ReadonlyMap<string, { reveal(): string }>].map(([name, secret]) =>
      `${name}=${secret.reveal()}`
    ),
    ["B=b", "A=a"],
  );
  assertEquals(asked(transport), ["read A B x C"]);
});

testMerging("each reader gets what is its own, in the order of its own list", async (client) => {
  const service = client.service("S");
  const lists = [["D", "A"], ["A", "D"], ["B", "missing"], ["missing"], ["D", "D", "C"]];
  const maps = await Promise.all(lists.map((list) => service.read(list)));
  assertEquals(maps.map((map) => [...map.keys()].join("")), ["DA", "AD", "B", "", "DC"]);
});

testMerging("reads of different turns are requests of their own", async (client, transport) => {
  const service = client.service("S");
  const first = service.get("A");
  await sleep(0);
  await Promise.all([first, service.get("B")]);
  assertEquals(asked(transport), ["read A", "read B"]);
});

testMerging("services are not mixed", async (client, transport) => {
  const values = await Promise.all([
    client.service("S").get("A"),
    client.service("T").get("A"),
    client.service("S").get("B"),
    client.service("T").get("B"),
  ]);
  assertEquals(values, ["1", "2", "1", "2"]);
  assertEquals(
    transport.asked.map(({ service, targets }) => `${service} ${targets!.join("")}`),
    ["S AB", "T AB"],
  );
}, ({ service, targets = [] }) => {
  const value = service === "S" ? "1" : "2";
  return found(targets.map((target) => JSON.stringify({ target, value })).join());
});

testMerging("a write goes out behind the reads that were asked before it", async (
  client,
  transport,
) => {
  const service = client.service("S");
  const before = [service.get("A"), service.get("B")];
  const write = service.write({ A: "new" });
  const behind = [service.get("A"), service.get("D")];
  assertEquals(await Promise.all(before), ["a", "b"]);
  await write;
  assertEquals(await Promise.all(behind), ["new", "d"]);
  assertEquals(asked(transport), ["read A B", "write A", "read A D"]);
});

for (
  const [what, call] of [
    ["a raw request", (client) => client.request({ action: "search", service: "S" })],
    ["a search", (client) => client.service("S").search()],
    ["a prefix read", (client) => client.service("S").readPrefix("")],
    ["a delete", (client) => client.service("S").delete("D")],
    ["a load", (client) => client.service("S").load({ d: "D" })],
  ] as readonly [string, (client: KeychainClient) => Promise<unknown>][]
) {
  testMerging(`${what} goes out behind a read that was asked before it`, async (
    client,
    transport,
  ) => {
    await Promise.all([client.service("S").get("A"), call(client)]);
    assertEquals(asked(transport)[0], "read A");
    assertEquals(asked(transport).length, 2);
  });
}

testMerging(
  "merged reads that fit into no line are cut into several",
  async (client, transport) => {
    const names = Array.from({ length: 8 }, (_, index) => `${index}`.padEnd(20_000, "x"));
    const values = await Promise.all(names.map((name) => client.service("S").get(name)));
    assertEquals(values, names.map((name) => name[0]));
    assert(transport.last.sizes.every((size) => size <= 65_535), String(transport.last.sizes));
    assertEquals(transport.asked.length, 3);
  },
  ({ targets = [] }) =>
    found(targets.map((target) => JSON.stringify({ target, value: target[0] })).join()),
);

/** Fails whenever `bad` is asked for. */
const failsOnBad: Answer = (asked) =>
  asked.targets!.includes("bad") ? INT : keychain(SECRETS)(asked);

testMerging("a secret that the daemon cannot give fails its own readers only", async (
  client,
  transport,
) => {
  const service = client.service("S");
  const [a, , list] = await Promise.all([
    service.get("A"),
    fails("daemon_error", () => service.get("bad")),
    service.read(["B", "D"]),
    fails("daemon_error", () => service.read(["A", "bad"])),
  ]);
  assertEquals([a, [...list.keys()].join("")], ["a", "BD"]);
  assertEquals(asked(transport)[0], "read A bad B D");
  assertEquals(asked(transport).length, 5);
}, failsOnBad);

testMerging("merged reads that the daemon does not understand are not asked again", async (
  client,
  transport,
) => {
  const service = client.service("S");
  await Promise.all(["A", "B"].map((name) => fails("daemon_error", () => service.get(name))));
  assertEquals(asked(transport), ["read A B"]);
}, () => MAL);

testMerging("a denial of merged reads is told to each, and nothing is asked again", async (
  client,
  transport,
) => {
  const service = client.service("S");
  await Promise.all(["A", "B"].map((name) => fails("denied", () => service.get(name))));
  assertEquals(asked(transport), ["read A B"]);
}, () => SNA);
