import { assert, assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import {
  ClientClosedError,
  DaemonError,
  DeniedError,
  InvalidRequestError,
  InvalidSecretError,
  MissingSecretsError,
  RequestTooLargeError,
} from "../../mod.ts";
import { type AnyClient, testClient } from "../support/clients.ts";

const S = "AgentSecrets";
const SEED = { [S]: { "p:B": "2", "p:A": "1", "q:C": "3", empty: "" } };

/** Awaits what a client of either kind gives or throws. */
const call = <T>(body: () => T | Promise<T>): Promise<T> => Promise.resolve().then(body);
const reveal = (map: ReadonlyMap<string, { reveal(): string }>): [string, string][] =>
  [...map].map(([name, secret]) => [name, secret.reveal()]);
const service = (client: AnyClient) => client.service(S);

testClient("get() gives the value, or undefined", { secrets: SEED }, async ({ client }) => {
  assertEquals(await service(client).get("p:A"), "1");
  assertEquals(await service(client).get("nope"), undefined);
  assertEquals(await service(client).get("empty"), "");
});

testClient("read() keeps the caller's order and leaves misses out", { secrets: SEED }, async (
  { client },
) => {
  const found = await service(client).read(["q:C", "nope", "p:A", "empty", "q:C"]);
  assertEquals(reveal(found), [["q:C", "3"], ["p:A", "1"], ["empty", ""]]);
});

testClient("readPrefix() sorts by name", { secrets: SEED }, async ({ client }) => {
  assertEquals(reveal(await service(client).readPrefix("p:")), [["p:A", "1"], ["p:B", "2"]]);
  assertEquals(reveal(await service(client).readPrefix(["q:", "p:"])), [
    ["p:A", "1"],
    ["p:B", "2"],
    ["q:C", "3"],
  ]);
  assertEquals((await service(client).readPrefix("")).size, 4);
  assertEquals((await service(client).readPrefix("zzz")).size, 0);
});

testClient("search() gives sorted names", { secrets: SEED }, async ({ client }) => {
  assertEquals(await service(client).search(), ["empty", "p:A", "p:B", "q:C"]);
  assertEquals(await service(client).search("p:"), ["p:A", "p:B"]);
  assertEquals(await service(client).search("zzz"), []);
});

testClient("write() takes a record, a Map and pairs", {}, async ({ client }) => {
  await service(client).write({ A: "1", EMOJI: "🔑\n\0ä" });
  await service(client).write(new Map([["B", "2"]]));
  await service(client).write([["C", "3"], ["C", "4"]]);
  const secrets = await service(client).readPrefix("");
  assertEquals(reveal(secrets), [["A", "1"], ["B", "2"], ["C", "4"], ["EMOJI", "🔑\n\0ä"]]);
  await service(client).write([["D", secrets.get("A")!]]);
  assertEquals(await service(client).get("D"), "1");
});

testClient("delete() deletes what exists and tells what did not", { secrets: SEED }, async (
  { client },
) => {
  assertEquals(await service(client).delete(["p:A", "nope", "q:C"]), {
    deleted: ["p:A", "q:C"],
    missing: ["nope"],
  });
  assertEquals(await service(client).search(), ["empty", "p:B"]);
  assertEquals(await service(client).delete("p:B"), { deleted: ["p:B"], missing: [] });
  assertEquals(await service(client).delete("p:B"), { deleted: [], missing: ["p:B"] });
});

testClient("delete() works where the policy forbids searching", {
  secrets: SEED,
  policy: { allowed_read_services: [S], allowed_write_services: [S], can_search: false },
}, async ({ client }) => {
  assertEquals(await service(client).delete(["p:A", "nope", "q:C"]), {
    deleted: ["p:A", "q:C"],
    missing: ["nope"],
  });
  assertEquals((await service(client).read(["p:A", "p:B", "q:C"])).size, 1);
});

testClient("deletePrefix() deletes under the prefix only", { secrets: SEED }, async (
  { client },
) => {
  await service(client).deletePrefix("p:");
  assertEquals(await service(client).search(), ["empty", "q:C"]);
  const error = await assertRejects(() => call(() => service(client).deletePrefix("")));
  assertInstanceOf(error, InvalidRequestError);
  await service(client).deletePrefix("", { all: true });
  assertEquals(await service(client).search(), []);
});

testClient("request() sends the raw envelope", { secrets: SEED }, async ({ client }) => {
  const reply = await client.request({ action: "read", service: S, targets: ["p:A", "empty"] });
  assertEquals(reply, {
    type: "RESPONSE",
    status: "success",
    results: [{ target: "p:A", value: "1" }, { target: "empty" }],
  });
  const missing = { action: "delete", service: S, targets: ["missing"] } as const;
  const error = await assertRejects(() => call(() => client.request(missing)), DaemonError);
  assertEquals(error.reason, "internal_error");
});

testClient("request() is not changed by what becomes of its lists", { secrets: SEED }, async (
  { client },
) => {
  const targets = ["p:A"];
  const reply = client.request({ action: "read", service: S, targets });
  targets[0] = "p:B";
  assertEquals((await reply).results, [{ target: "p:A", value: "1" }]);
});

testClient("what asks for nothing is nothing, but not of a closed client", {}, async (
  { client },
) => {
  const nothing = [() => service(client).delete([]), () => service(client).load({})];
  assertEquals(await call<unknown>(nothing[0]!), { deleted: [], missing: [] });
  assertEquals(Object.keys(await call<object>(nothing[1]!)), []);
  await client.close();
  for (const body of nothing) await assertRejects(() => call<unknown>(body), ClientClosedError);
});

testClient("a call on a closed client says that nothing was sent", {}, async ({ client }) => {
  await client.close();
  for (
    const body of [() => service(client).get("A"), () => service(client).write({ A: "1" })]
  ) {
    const error = await assertRejects(() => call<unknown>(body), ClientClosedError);
    assertEquals([error.sent, error.message.includes("was sent")], [false, false]);
  }
});

testClient("load() awaits a function that parses, where it can", {
  secrets: { [S]: { A: "1", B: "bad" } },
}, async ({ client, mode }) => {
  const parse = async (text: string): Promise<number> => {
    await Promise.resolve();
    if (text === "bad") throw new RangeError("bad");
    return Number(text);
  };
  const load = (target: string) =>
    call<{ x: unknown }>(() => service(client).load({ x: { target, parse } }) as never);
  if (!mode.sync) {
    assertEquals((await load("A")).x, 1);
    await assertRejects(() => load("B"), InvalidSecretError);
    return;
  }
  // Nor does what is refused reject later, where nobody awaits it.
  for (const target of ["A", "B"]) {
    const error = await assertRejects(() => load(target), InvalidRequestError);
    assertEquals(error.argument, 'parse of "x"');
  }
});

testClient("load() names each missing secret once", { secrets: SEED }, async ({ client }) => {
  const spec = { a: "gone", b: "p:A", c: "gone", d: { target: "lost" }, e: "lost" } as const;
  const error = await assertRejects(
    () => call<unknown>(() => service(client).load(spec)),
    MissingSecretsError,
  );
  assertEquals(error.targets, ["gone", "lost"]);
});

testClient("a denial carries reason, executable and remedy", {
  policy: { allowed_read_services: [S], allowed_write_services: [], can_search: false },
}, async ({ client }) => {
  const error = await assertRejects(
    () => call(() => service(client).write({ A: "1" })),
    DeniedError,
  );
  assertEquals([error.reason, error.service, error.action], ["service_not_allowed", S, "write"]);
  assert(error.executable);
  assert(/^[0-9a-f]{64}$/.test(error.sha256 ?? ""));
  assertEquals(error.remedy, `keychain-auth authorize ${error.executable} ${S}`);
  assert(error.warning?.includes("every script"));
});

testClient("a line of 65,535 bytes passes and a longer one is refused unsent", {}, async (
  { client },
) => {
  const overhead = new TextEncoder().encode(
    `{"type":"REQUEST","action":"write","service":"${S}","targets":["T"],"values":[""]}`,
  ).length;
  const longest = "x".repeat(65_535 - overhead);
  await service(client).write({ T: longest });
  assertEquals(await service(client).get("T"), longest);
  const error = await assertRejects(
    () => call(() => service(client).write({ T: longest + "x" })),
    RequestTooLargeError,
  );
  assertEquals([error.size, error.limit, error.target], [65_536, 65_535, "T"]);
  assertEquals(await service(client).get("T"), longest);
});

testClient("load() gives a typed object that does not show its values", {
  secrets: { [S]: { url: "postgres://CANARY", port: "5432" } },
}, async ({ client }) => {
  const config = await service(client).load({
    url: "url",
    port: { target: "port", parse: Number },
    mode: { target: "mode", default: "fast" },
    other: { target: "other", optional: true },
  });
  assertEquals([config.url, config.port, config.mode], ["postgres://CANARY", 5432, "fast"]);
  assertEquals(config.other, undefined);
  const { port, other }: { port: number; other: string | undefined } = config;
  assertEquals([port, other], [5432, undefined]);
  const defaults = await service(client).load({
    port: { target: "none", default: 80 },
    size: { target: "none", parse: Number, default: 1, optional: true },
    mode: { target: "none", parse: (text) => text as "a" | "b", default: "a" },
  });
  const typed: { port: string | number; size: number; mode: "a" | "b" } = defaults;
  assertEquals({ ...typed }, { port: 80, size: 1, mode: "a" });
  // @ts-expect-error A default of another type is part of the type.
  const wrong: string = defaults.port;
  assertEquals(typeof wrong, "number");
  assert(!JSON.stringify(config).includes("CANARY"));
});
