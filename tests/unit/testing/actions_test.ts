import { assert, assertEquals } from "@std/assert";
import { test } from "../../harness.ts";
import { SERVICE, startBench } from "../../support/endpoint.ts";
import { ANP, found, INT, MAL, OK, targetsOf } from "../../support/replies.ts";

const seed = { "p1:dev:A": "one", "p2:dev:A": "two", "p2:prod:A": "three", empty: "" };
const read = (targets: string[], more = {}) => ({
  action: "read",
  service: SERVICE,
  targets,
  ...more,
});
const write = (targets: string[], values: string[], more = {}) => ({
  action: "write",
  service: SERVICE,
  targets,
  values,
  ...more,
});
const remove = (targets: string[], more = {}) => ({
  action: "delete",
  service: SERVICE,
  targets,
  ...more,
});
const search = (more = {}) => ({ action: "search", service: SERVICE, ...more });
const prefix = { match: "prefix" };

test("daemon reads hits in the order of the targets and skips misses", async () => {
  await using bench = await startBench(seed);
  assertEquals(
    await bench.client.ask(read(["p2:dev:A", "nope", "p1:dev:A"])),
    found('{"target":"p2:dev:A","value":"two"},{"target":"p1:dev:A","value":"one"}'),
  );
  assertEquals(await bench.client.ask(read(["nope", "neither"])), OK);
});

test("daemon returns a target named twice twice", async () => {
  await using bench = await startBench(seed);
  const hit = '{"target":"p1:dev:A","value":"one"}';
  assertEquals(await bench.client.ask(read(["p1:dev:A", "p1:dev:A"])), found(`${hit},${hit}`));
});

test("daemon leaves the value out when it is empty", async () => {
  await using bench = await startBench(seed);
  assertEquals(await bench.client.ask(read(["empty"])), found('{"target":"empty"}'));
});

test("daemon reads by prefix without duplicates", async () => {
  await using bench = await startBench(seed);
  const reply = await bench.client.ask(read(["p2:", "p2:dev", "p2:"], prefix));
  assertEquals(targetsOf(reply).sort(), ["p2:dev:A", "p2:prod:A"]);
  assert(reply.includes('{"target":"p2:prod:A","value":"three"}'));
  assertEquals(await bench.client.ask(read(["zzz"], prefix)), OK);
});

test("daemon matches everything with an empty prefix", async () => {
  await using bench = await startBench(seed);
  const reply = await bench.client.ask(read([""], prefix));
  assertEquals(targetsOf(reply).sort(), Object.keys(seed).sort());
});

test("daemon reads by prefix and searches in random order", async () => {
  const names = Array.from({ length: 20 }, (_, i) => `name${i}`);
  await using bench = await startBench(Object.fromEntries(names.map((name) => [name, "x"])));
  for (const request of [read(["name"], prefix), search()]) {
    const first = targetsOf(await bench.client.ask(request));
    const second = targetsOf(await bench.client.ask(request));
    assertEquals([...first].sort(), [...names].sort());
    // Twenty names come in the same order once in 2.4 * 10^18 times.
    assert(first.join() !== second.join(), "two calls gave the same order");
  }
});

test("daemon searches names only", async () => {
  await using bench = await startBench(seed);
  const { client } = bench;
  for (const request of [search(), search({ targets: [] }), search({ attributes: { a: "b" } })]) {
    const reply = await client.ask(request);
    assertEquals(targetsOf(reply).sort(), Object.keys(seed).sort());
    assert(!reply.includes("value"));
  }
  assertEquals(await client.ask(search({ targets: ["zzz"] })), OK);
});

test("daemon takes search targets for prefixes also when they are to match exactly", async () => {
  await using bench = await startBench(seed);
  for (const match of ["exact", "prefix"]) {
    const reply = await bench.client.ask(search({ match, targets: ["p2:"] }));
    assertEquals(targetsOf(reply).sort(), ["p2:dev:A", "p2:prod:A"]);
  }
});

test("daemon overwrites silently and lets the last of a repeated target win", async () => {
  await using bench = await startBench(seed);
  assertEquals(await bench.client.ask(write(["p1:dev:A"], ["new"])), OK);
  assertEquals(
    await bench.client.ask(read(["p1:dev:A"])),
    found('{"target":"p1:dev:A","value":"new"}'),
  );
  assertEquals(await bench.client.ask(write(["r", "r"], ["first", "last"])), OK);
  assertEquals(await bench.client.ask(read(["r"])), found('{"target":"r","value":"last"}'));
});

test("daemon discards attributes", async () => {
  await using bench = await startBench();
  assertEquals(await bench.client.ask(write(["a"], ["1"], { attributes: { k: "v" } })), OK);
  assertEquals(await bench.client.ask(read(["a"])), found('{"target":"a","value":"1"}'));
  const withAttributes = read(["a"], { attributes: { other: "w" } });
  assertEquals(await bench.client.ask(withAttributes), found('{"target":"a","value":"1"}'));
});

test("daemon keeps emoji, line feed and NUL, and escapes as Go does", async () => {
  await using bench = await startBench({ odd: "😀\n\0\u007f", html: '<a>&\u2028\u2029"\\' });
  assertEquals(
    await bench.client.ask(read(["odd", "html"])),
    found(
      '{"target":"odd","value":"😀\\n\\u0000\u007f"},' +
        '{"target":"html","value":"\\u003ca\\u003e\\u0026\\u2028\\u2029\\"\\\\"}',
    ),
  );
});

test("daemon silently replaces a lone surrogate by U+FFFD", async () => {
  await using bench = await startBench();
  assertEquals(await bench.client.ask(write(["s\udc00"], ["a\ud800b"])), OK);
  assertEquals(
    await bench.client.ask(read(["s\uFFFD", "s\udfff"])),
    found('{"target":"s\uFFFD","value":"a\uFFFDb"},{"target":"s\uFFFD","value":"a\uFFFDb"}'),
  );
});

test("daemon deletes what exists", async () => {
  await using bench = await startBench(seed);
  assertEquals(await bench.client.ask(remove(["p1:dev:A", "empty"])), OK);
  assertEquals(await bench.client.ask(read(["p1:dev:A", "empty"])), OK);
});

test("daemon fails to delete a missing target after deleting those before it", async () => {
  await using bench = await startBench({ d1: "1", d2: "2" });
  assertEquals(await bench.client.ask(remove(["d1", "missing", "d2"])), INT);
  assertEquals(await bench.client.ask(read(["d1", "d2"])), found('{"target":"d2","value":"2"}'));
  assertEquals(await bench.client.ask(remove(["d2", "d2"])), INT);
  assertEquals(await bench.client.ask(read(["d2"])), OK);
});

test("daemon deletes by prefix, with and without hits", async () => {
  await using bench = await startBench({ buster: "1", buster2: "2", other: "3" });
  assertEquals(await bench.client.ask(remove(["nothing"], prefix)), OK);
  assertEquals(await bench.client.ask(remove(["buster"], prefix)), OK);
  assertEquals(targetsOf(await bench.client.ask(search())), ["other"]);
  assertEquals(await bench.client.ask(remove([""], prefix)), OK);
  assertEquals(await bench.client.ask(search()), OK);
});

test("daemon answers check with a denial", async () => {
  await using bench = await startBench();
  assertEquals(await bench.client.ask({ action: "check", service: SERVICE, targets: ["x"] }), ANP);
  assertEquals(await bench.client.ask({ action: "check", service: SERVICE }), MAL);
});
