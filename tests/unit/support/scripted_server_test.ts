import { assert, assertEquals, assertRejects } from "@std/assert";
import { connect } from "node:net";
import process from "node:process";
import { runtime, test } from "../../harness.ts";
import { RawClient, sleep, until } from "../../support/raw_client.ts";
import { giveCue } from "../../support/cue.ts";
import { close, cue, hang, pieces, reply, request } from "../../support/steps.ts";
import { absentEndpoint, startScripted } from "../../support/scripted_server.ts";

const posix = process.platform !== "win32";

test("startScripted() records requests and answers as told", async () => {
  await using server = await startScripted([[
    request(),
    reply("one\n"),
    request(),
    reply("two\n"),
  ]]);
  await using client = await RawClient.connect(server.endpoint);
  client.send('{"a":1}\n{"a":2}\n');
  assertEquals([await client.reply(), await client.reply()], ["one", "two"]);
  assertEquals(server.requests, [{ a: 1 }, { a: 2 }]);
  assertEquals(server.lines, ['{"a":1}', '{"a":2}']);
  assertEquals(server.connections, 1);
  assertEquals(server.failures, []);
});

test("startScripted() runs one script for each connection and then the last one again", async () => {
  await using server = await startScripted([[reply("first\n")], [reply("second\n")]]);
  const seen: string[] = [];
  for (let i = 0; i < 3; i++) {
    await using client = await RawClient.connect(server.endpoint);
    seen.push(await client.reply());
  }
  assertEquals(seen, ["first", "second", "second"]);
  assertEquals(server.connections, 3);
});

test("pieces() sends single bytes apart, inside a character too", async () => {
  await using server = await startScripted([[pieces("é€😀\n", 1, 5), close()]]);
  const sizes: number[] = [];
  const socket = connect(server.endpoint);
  socket.on("data", (chunk) => sizes.push(chunk.length));
  await new Promise<void>((resolve) => socket.once("close", () => resolve()));
  assertEquals(sizes.reduce((a, b) => a + b, 0), 10);
  assert(sizes.length >= 5, `arrived in ${sizes.length} chunks`);
});

test("close() gives the client a clean end after what was sent", async () => {
  await using server = await startScripted([[request(), reply("half"), close()]]);
  await using client = await RawClient.connect(server.endpoint);
  client.send("{}\n");
  assertEquals(await client.rest(), "half");
  assertEquals(await client.ended, "end");
});

test("close() is a clean end also for bytes that no step took", async () => {
  await using server = await startScripted([[cue(), close()]]);
  await using client = await RawClient.connect(server.endpoint);
  await client.sent("{}\n");
  giveCue(server.endpoint);
  assertEquals(await client.ended, "end");
});

test("cue() waits for so many cues of the test", async () => {
  await using server = await startScripted([[cue(2), reply("two\n")]]);
  await using client = await RawClient.connect(server.endpoint);
  giveCue(server.endpoint);
  await sleep(40);
  assertEquals([client.received, server.steps], [0, 0]);
  giveCue(server.endpoint);
  assertEquals(await client.reply(), "two");
  await until("both steps are done", () => server.steps === 2);
});

test("an empty script accepts and never answers", async () => {
  await using server = await startScripted([[]]);
  await using client = await RawClient.connect(server.endpoint);
  client.send("{}\n");
  await sleep(40);
  assertEquals(client.received, 0);
  assertEquals(server.openConnections, 1);
});

test("hang() lasts until the client closes", async () => {
  await using server = await startScripted([[hang()]]);
  const client = await RawClient.connect(server.endpoint);
  client.send("{}\n");
  await sleep(20);
  assertEquals([client.received, server.openConnections], [0, 1]);
  await client.close();
  await until("the server sees the end", () => server.openConnections === 0);
});

test("absentEndpoint() gives ENOENT", async () => {
  await using place = await absentEndpoint();
  await assertRejects(() => RawClient.connect(place.endpoint), Error, "ENOENT");
});

test("failures holds what a script could not do", async () => {
  await using server = await startScripted([[request(), reply("never\n")]]);
  const client = await RawClient.connect(server.endpoint);
  client.send('{"cut":');
  client.end();
  await until("the script fails", () => server.failures.length === 1);
  assertEquals(server.failures[0]!.message, "The client ended before the script expected it");
  await client.close();
}, { skip: !posix && runtime === "deno" }); // Deno does not pass the end of a pipe on
