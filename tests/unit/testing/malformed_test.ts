import { assert, assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import { test } from "../../harness.ts";
import { SERVICE, startBench } from "../../support/endpoint.ts";
import { line, RawClient } from "../../support/raw_client.ts";
import { found, MAL, OK } from "../../support/replies.ts";

const service = SERVICE;
const ping = line({ action: "read", service, targets: ["a"] });
const pong = found('{"target":"a","value":"1"}');

const wrong: [string, object][] = [
  ["another type", { type: "RESPONSE", action: "read", service, targets: ["a"] }],
  ["no type", { type: undefined, action: "read", service, targets: ["a"] }],
  ["a lower-case type", { type: "request", action: "read", service, targets: ["a"] }],
  ["another action", { action: "list", service, targets: ["a"] }],
  ["no action", { service, targets: ["a"] }],
  ["an upper-case action", { action: "READ", service, targets: ["a"] }],
  ["another match", { action: "read", service, match: "suffix", targets: ["a"] }],
  ["an upper-case match", { action: "read", service, match: "EXACT", targets: ["a"] }],
  ["a read without targets", { action: "read", service }],
  ["a read of no targets", { action: "read", service, targets: [] }],
  ["a prefix read without targets", { action: "read", service, match: "prefix" }],
  ["a delete without targets", { action: "delete", service }],
  ["a prefix delete without targets", { action: "delete", service, match: "prefix" }],
  ["a prefix search without targets", { action: "search", service, match: "prefix" }],
  ["a write of nothing", { action: "write", service, targets: [], values: [] }],
  ["a write without values", { action: "write", service, targets: ["a"] }],
  ["a write of unequal lengths", { action: "write", service, targets: ["a", "b"], values: ["1"] }],
  [
    "a write by prefix",
    { action: "write", service, match: "prefix", targets: ["a"], values: ["1"] },
  ],
];

test("daemon refuses invalid requests that can be parsed, and stays connected", async () => {
  await using bench = await startBench({ a: "1" });
  for (const [what, request] of wrong) {
    assertEquals(await bench.client.ask(request), MAL, what);
    bench.client.send(ping);
    assertEquals(await bench.client.reply(), pong, `after ${what}`);
  }
});

const garbage: [string, string | Uint8Array][] = [
  ["bad JSON", '{"type":\n'],
  ["an empty line", "\n"],
  ["an array", "[]\n"],
  ["a number", "1\n"],
  ["a string", '"REQUEST"\n'],
  ["a byte order mark", Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(ping)])],
  ["two values on a line", ping.trimEnd() + ping],
  ["targets that are a string", line({ action: "read", service, targets: "a" })],
  ["a target that is a number", line({ action: "read", service, targets: [1] })],
  ["an action that is a number", line({ action: 1, service, targets: ["a"] })],
  ["a service that is an array", line({ action: "read", service: ["x"], targets: ["a"] })],
  ["a match that is a boolean", line({ action: "read", service, match: true, targets: ["a"] })],
  [
    "values that are an object",
    line({ action: "write", service, targets: ["a"], values: { 0: "1" } }),
  ],
  ["attributes that are a string", line({ action: "search", service, attributes: "x" })],
];

test("daemon refuses a line that it cannot parse, closes, and drops later lines", async () => {
  await using bench = await startBench({ a: "1" });
  for (const [what, bytes] of garbage) {
    await using client = await RawClient.connect(bench.endpoint);
    client.send(Buffer.concat([Buffer.from(ping), Buffer.from(bytes), Buffer.from(ping)]));
    assertEquals(await client.rest(), `${pong}\n${MAL}\n`, what);
  }
});

test("daemon ignores unknown properties and treats null as absent", async () => {
  await using bench = await startBench({ a: "1" });
  const request = { id: 7, action: "read", service, targets: ["a"], values: null, match: null };
  assertEquals(await bench.client.ask({ ...request, deep: { er: [1] } }), pong);
});

test("daemon reads a line that arrives in single bytes", async () => {
  await using bench = await startBench({ "é€😀": "1" });
  const bytes = Buffer.from(line({ action: "read", service, targets: ["é€😀"] }));
  for (const byte of bytes) await bench.client.sent(Uint8Array.of(byte));
  assertEquals(await bench.client.reply(), found('{"target":"é€😀","value":"1"}'));
});

test("daemon takes a line of 65,535 bytes", async () => {
  await using bench = await startBench({ a: "1" });
  bench.client.send(padded(65_535) + "\n" + ping);
  assertEquals(await bench.client.reply(), OK);
  assertEquals(await bench.client.reply(), pong);
});

test("daemon drops the connection at 65,536 bytes, after answering what came before", async () => {
  await using bench = await startBench({ a: "1" });
  for (const size of [65_536, 65_537, 100_000]) {
    await using client = await RawClient.connect(bench.endpoint);
    client.send(ping + ping + padded(size) + "\n" + ping);
    assertEquals(await client.rest(), `${pong}\n${pong}\n`, `${size} bytes`);
  }
});

test("daemon does not wait for the end of a line that is too long", async () => {
  await using bench = await startBench({ a: "1" });
  await using client = await RawClient.connect(bench.endpoint);
  client.send(padded(65_536)); // no line feed
  assertEquals(await client.rest(), "");
});

test("daemon has no limit for replies", async () => {
  await using bench = await startBench();
  const value = "v".repeat(60_000);
  for (let i = 0; i < 90; i++) {
    bench.client.send(line({ action: "write", service, targets: [`big${i}`], values: [value] }));
    assertEquals(await bench.client.reply(), OK);
  }
  const reply = await bench.client.ask({
    action: "read",
    service,
    match: "prefix",
    targets: ["big"],
  });
  assert(reply.length > 5_000_000);
  const { results } = JSON.parse(reply) as { results: { value: string }[] };
  assertEquals(results.length, 90);
  assert(results.every((result) => result.value === value));
});

/** A write whose line has exactly this many bytes before its line feed. */
function padded(size: number): string {
  const request = { type: "REQUEST", action: "write", service, targets: ["big"], values: [""] };
  const bare = JSON.stringify(request).length;
  return JSON.stringify({ ...request, values: ["x".repeat(size - bare)] });
}
