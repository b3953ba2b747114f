import { assert, assertEquals, assertRejects } from "@std/assert";
import { inspect } from "node:util";
import { startDaemon } from "../../../testing/mod.ts";
import { test } from "../../harness.ts";
import { inTime, RawClient, until } from "../../support/raw_client.ts";

test("startDaemon() gives every daemon its own place", async () => {
  await using one = await startDaemon({ secrets: { S: { a: "1" } } });
  await using two = await startDaemon();
  assert(one.endpoint !== two.endpoint);
  assertEquals([one.secrets("S"), two.secrets("S")], [{ a: "1" }, {}]);
});

const misuse: [string, object, typeof TypeError | typeof RangeError][] = [
  ["an empty endpoint", { endpoint: "" }, TypeError],
  ["a value that is no string", { secrets: { S: { a: 1 } } }, TypeError],
  ["secrets that are a list", { secrets: [] }, TypeError],
  ["a service that is a string", { secrets: { S: "x" } }, TypeError],
  ["an incomplete policy", { policy: { can_search: true } }, TypeError],
  ["a registered that is a string", { registered: "no" }, TypeError],
  ["an idle timeout of 0", { idleTimeout: 0 }, RangeError],
  ["an idle timeout of NaN", { idleTimeout: NaN }, RangeError],
  ["a text for a number", { idleTimeout: "5" }, TypeError],
  ["half a connection", { maxConnections: 0.5 }, RangeError],
  ["a negative grace", { shutdownTimeout: -1 }, RangeError],
];
for (const [what, options, kind] of misuse) {
  test(`startDaemon() refuses ${what}`, async () => {
    await assertRejects(() => startDaemon(options as never), kind, "Option ");
  });
}

test("startDaemon() shows no value in errors, log or inspect output", async () => {
  const canary = "canary-8f1c";
  const bad = { S: { a: canary, b: 1 } };
  const error = await assertRejects(() => startDaemon({ secrets: bad as never }), TypeError);
  assert(!inspect(error).includes(canary));
  await using daemon = await startDaemon({ secrets: { S: { a: canary } } });
  const shown = inspect(daemon, { depth: 9, showHidden: true }) + JSON.stringify(daemon) + daemon;
  assert(!shown.includes(canary));
  assertEquals(daemon.secrets("S"), { a: canary });
});

test("secrets() returns a copy", async () => {
  await using daemon = await startDaemon({ secrets: { S: { a: "1" } } });
  daemon.secrets("S").a = "changed";
  assertEquals(daemon.secrets("S"), { a: "1" });
});

test("close() waits only until the last connection ends", async () => {
  const daemon = await startDaemon({ shutdownTimeout: 60_000 });
  const client = await RawClient.connect(daemon.endpoint);
  await until("the connection is there", () => daemon.openConnections === 1);
  const closed = daemon.close();
  await client.close();
  await inTime(closed);
});

test("close() ends connections that wait for their turn", async () => {
  const daemon = await startDaemon({ maxConnections: 1, shutdownTimeout: 0 });
  await using served = await RawClient.connect(daemon.endpoint);
  await using waiting = await RawClient.connect(daemon.endpoint);
  await until("both are there", () => daemon.openConnections === 2);
  await daemon.close();
  await Promise.all([served.ended, waiting.ended]);
  assertEquals(daemon.openConnections, 0);
});

test("close() may be called more than once, and `await using` closes", async () => {
  const daemon = await startDaemon();
  await Promise.all([daemon.close(), daemon.close()]);
  await daemon.close();
  let endpoint: string;
  {
    await using scoped = await startDaemon();
    endpoint = scoped.endpoint;
  }
  await assertRejects(() => RawClient.connect(endpoint), Error, "ENOENT");
});
