import { assert, assertEquals } from "@std/assert";
import { startDaemon } from "../../../testing/mod.ts";
import process from "node:process";
import { runtime, test } from "../../harness.ts";
import { real, SERVICE, startBench } from "../../support/endpoint.ts";
import { inTime, line, RawClient, sleep, until } from "../../support/raw_client.ts";
import { found, OK, UNREG } from "../../support/replies.ts";

const embedded = { skip: real };
const windows = process.platform === "win32";
const service = SERVICE;
const ping = line({ action: "read", service, targets: ["a"] });
const secrets = { [SERVICE]: { a: "1" } };
const pong = found('{"target":"a","value":"1"}');

test("daemon answers 5,000 pipelined requests in order", async () => {
  await using bench = await startBench({ a: "1" });
  const requests = Array.from({ length: 5_000 }, (_, i) => {
    const action = i % 3 === 0 ? "read" : i % 3 === 1 ? "list" : "delete";
    return line({ action, service, targets: [i % 3 === 0 ? "a" : "missing"] });
  });
  bench.client.send(requests.join(""));
  for (let i = 0; i < requests.length; i++) {
    const reply = await bench.client.reply();
    const expected = ['"value":"1"', "malformed_request", "internal_error"][i % 3]!;
    assert(reply.includes(expected), `reply ${i}: ${reply}`);
  }
});

test("daemon waits for a client that does not read, and then continues in order", async () => {
  const value = "v".repeat(50_000);
  await using daemon = await startDaemon({ secrets: { [service]: { a: "1", big: value } } });
  await using client = await RawClient.connect(daemon.endpoint);
  const big = found(`{"target":"big","value":"${value}"}`);
  const count = 2_000; // of 50 KB each: 100 MB of replies
  client.pause();
  client.send((line({ action: "read", service, targets: ["big"] }) + ping).repeat(count));
  await until("the daemon has begun", () => daemon.requests > 0);
  await sleep(100);
  const answered = daemon.requests;
  assert(answered < 500, `${answered} requests answered to a client that does not read`);
  client.resume();
  for (let i = 0; i < count; i++) {
    assert(await client.reply() === big, `wrong reply ${i}`);
    assertEquals(await client.reply(), pong);
  }
  assertEquals(daemon.requests, 2 * count);
}, { skip: real || (windows && runtime === "bun") }); // which takes all that is written to a pipe

test("daemon answers all it has received after a half-close, then closes", async () => {
  await using bench = await startBench({ a: "1" });
  await using client = await RawClient.connect(bench.endpoint);
  client.end(ping + ping.trimEnd());
  assertEquals(await client.rest(), `${pong}\n${pong}\n`);
  await using silent = await RawClient.connect(bench.endpoint);
  silent.end();
  assertEquals(await silent.rest(), "");
}, { skip: windows }); // pipes cannot be half-closed

test("daemon sends an unregistered caller an unsolicited denial, and closes", async () => {
  await using daemon = await startDaemon({ secrets, registered: false });
  await using silent = await RawClient.connect(daemon.endpoint);
  assertEquals(await silent.rest(), UNREG + "\n");
  await using client = await RawClient.connect(daemon.endpoint);
  client.send(ping);
  assertEquals(await client.reply(), UNREG);
  await client.ended;
  assertEquals(daemon.requests, 0);
}, embedded);

test("daemon closes an idle connection cleanly and silently", async () => {
  await using daemon = await startDaemon({ secrets, idleTimeout: 80 });
  // Before it connects: the daemon may have it before it is told so.
  const start = performance.now();
  await using client = await RawClient.connect(daemon.endpoint);
  // Otherwise it would after 30 s.
  assertEquals(await inTime(client.rest()), "");
  assertEquals(await client.ended, "end");
  const lasted = performance.now() - start;
  assert(lasted > 60, `closed after ${lasted} ms`);
}, embedded);

test(
  "daemon keeps a connection that sends complete lines, and not one that sends parts",
  async () => {
    // A machine that does not get to send in time says nothing about the daemon: then once more.
    for (let idleTimeout = 300;; idleTimeout *= 2) {
      await using daemon = await startDaemon({ secrets, idleTimeout });
      await using busy = await RawClient.connect(daemon.endpoint);
      await using partial = await RawClient.connect(daemon.endpoint);
      let over = false;
      partial.ended.then(() => over = true);
      let last = performance.now();
      let pause = 0;
      let alive = true;
      while (!over) {
        await sleep(idleTimeout / 10);
        partial.send("{");
        busy.send(ping);
        alive = await busy.reply().then((reply) => reply === pong, () => false);
        if (!alive) break;
        pause = Math.max(pause, performance.now() - last);
        last = performance.now();
      }
      if (alive) break;
      assert(performance.now() - last > idleTimeout / 2 || pause > idleTimeout / 2, "closed early");
    }
  },
  embedded,
);

test("daemon never closes an idle connection when told Infinity", async () => {
  await using daemon = await startDaemon({ secrets, idleTimeout: Infinity });
  await using client = await RawClient.connect(daemon.endpoint);
  await sleep(60);
  client.send(ping);
  assertEquals(await client.reply(), pong);
}, embedded);

test("daemon serves 64 connections and lets the 65th wait for one to end", async () => {
  await using daemon = await startDaemon({ secrets });
  const clients: RawClient[] = [];
  try {
    for (let i = 0; i < 64; i++) clients.push(await RawClient.connect(daemon.endpoint));
    await using late = await RawClient.connect(daemon.endpoint);
    late.send(ping);
    for (const client of clients) {
      client.send(ping);
      assertEquals(await client.reply(), pong);
    }
    assertEquals(late.received, 0);
    assertEquals([daemon.connections, daemon.openConnections], [65, 65]);
    await clients.pop()!.close();
    assertEquals(await late.reply(), pong);
    assertEquals(daemon.openConnections, 64);
  } finally {
    await Promise.all(clients.map((client) => client.close()));
  }
}, { skip: real || (windows && runtime === "deno") }); // which cannot open that many pipes

test("daemon survives clients that go away at any moment", async () => {
  await using daemon = await startDaemon({ secrets, maxConnections: 2 });
  for (const data of ["", "{", ping, ping.repeat(2_000)]) {
    for (let i = 0; i < 3; i++) {
      const client = await RawClient.connect(daemon.endpoint);
      client.send(data);
      await client.close();
    }
  }
  await using client = await RawClient.connect(daemon.endpoint);
  client.send(ping);
  assertEquals(await client.reply(), pong);
  await until("only this connection is left", () => daemon.openConnections === 1);
}, { skip: real || (windows && runtime === "deno") }); // whose pipe server does not survive it

test("daemon reads 10,000 secrets by prefix in one reply", async () => {
  const entries = Array.from({ length: 10_000 }, (_, i) => [`key${i}`, `value${i}`]);
  await using daemon = await startDaemon({ secrets: { S: Object.fromEntries(entries) } });
  await using client = await RawClient.connect(daemon.endpoint);
  const request = { action: "read", service: "S", match: "prefix", targets: ["key"] };
  const reply = await client.ask(request);
  const { results } = JSON.parse(reply) as { results: { target: string; value: string }[] };
  assertEquals(results.length, 10_000);
  assert(results.every(({ target, value }) => value === target.replace("key", "value")));
}, embedded);

test("disconnect() ends open and waiting connections, the daemon goes on", async () => {
  await using daemon = await startDaemon({ secrets, maxConnections: 1 });
  await using first = await RawClient.connect(daemon.endpoint);
  await using waiting = await RawClient.connect(daemon.endpoint);
  await until("both are there", () => daemon.openConnections === 2);
  daemon.disconnect();
  assertEquals([await first.rest(), await waiting.rest()], ["", ""]);
  await using next = await RawClient.connect(daemon.endpoint);
  next.send(ping);
  assertEquals(await next.reply(), pong);
}, embedded);

test("a write is visible to the next connection", async () => {
  await using bench = await startBench();
  assertEquals(
    await bench.client.ask({ action: "write", service, targets: ["a"], values: ["1"] }),
    OK,
  );
  await using other = await RawClient.connect(bench.endpoint);
  other.send(ping);
  assertEquals(await other.reply(), pong);
});
