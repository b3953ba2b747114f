/** The conformance kit's raw connection: what it tells apart, and that nobody waits in vain. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { sleep, Wire } from "../../../conformance/wire.ts";
import { test } from "../../harness.ts";
import { absentEndpoint, startScripted } from "../../support/scripted_server.ts";
import { inTime } from "../../support/raw_client.ts";

const LONG = 60_000;
const SHORT = 50;
const reason = new Error("enough");

/** A signal that counts who listens to it. */
function counted(): { stop: AbortController; listeners: () => number } {
  const stop = new AbortController();
  const { signal } = stop;
  let listeners = 0;
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (...args: unknown[]) => {
    listeners++;
    return Reflect.apply(addEventListener, signal, args);
  };
  signal.removeEventListener = (...args: unknown[]) => {
    listeners--;
    return Reflect.apply(removeEventListener, signal, args);
  };
  return { stop, listeners: () => listeners };
}

test("a wire gives whole lines, and says where they end with the connection", async () => {
  await using server = await startScripted([async (peer) => {
    await peer.request();
    await peer.pieces("one\ntwo\nth", 3);
    await peer.request();
    await peer.send("ree\nrest");
    await peer.end();
  }]);
  const wire = await Wire.open(server.endpoint, LONG);
  await wire.sent("{}\n");
  assertEquals([await wire.line(), await wire.line()], ["one\n", "two\n"]);
  assertEquals(await wire.line(SHORT), `th[nothing more for ${SHORT} ms]`);
  assertEquals([wire.over, wire.waiting], [false, 0]);
  wire.send(new TextEncoder().encode("{}\n"));
  assertEquals(await wire.line(), "ree\n");
  assertEquals([await wire.line(), await wire.line()], ["rest[closed]", "[closed]"]);
  assertEquals(wire.over, true);
  await wire.close();
  // Nothing is sent any more, and closing again is no mistake.
  wire.send("{}\n");
  await wire.close();
  assertEquals(server.lines, ["{}", "{}"]);
});

test("a wire tells a daemon that goes on from one that has closed", async () => {
  await using server = await startScripted([
    async (peer) => {
      await peer.send("more\nand");
      await peer.clientEnd();
      await peer.send(" last");
      await peer.halfClose();
    },
  ]);
  const wire = await Wire.open(server.endpoint, LONG);
  assertEquals(await wire.line(), "more\n");
  assertEquals(await wire.rest(SHORT), `and[nothing more for ${SHORT} ms]`);
  wire.end();
  assertEquals(await wire.rest(), " last[closed]");
  await wire.close();
});

test("a wire that is paused takes nothing, and everything once it goes on", async () => {
  await using server = await startScripted([async (peer) => {
    await peer.request();
    await peer.send("late\nlater\n");
    await peer.clientEnd();
  }]);
  const wire = await Wire.open(server.endpoint, LONG);
  wire.pause();
  wire.send("{}\n");
  assertEquals(await wire.line(SHORT), `[nothing more for ${SHORT} ms]`);
  wire.resume();
  assertEquals(await wire.line(), "late\n");
  assertEquals(wire.waiting, "later\n".length);
  await wire.close();
});

test("a stopped run ends every wait with the signal's reason, and no wait keeps listening", async () => {
  await using server = await startScripted([async (peer) => {
    await peer.send("a\n");
    await peer.clientEnd();
  }]);
  const { stop, listeners } = counted();
  const wire = await Wire.open(server.endpoint, LONG, stop.signal);
  assertEquals(await wire.line(), "a\n");
  await wire.line(SHORT);
  await sleep(1, stop.signal);
  assertEquals(listeners(), 0);
  const waits = [() => wire.line(), () => sleep(LONG, stop.signal)].map((wait) =>
    inTime(assertRejects(wait, Error, reason.message))
  );
  stop.abort(reason);
  await Promise.all(waits);
  for (
    const wait of [
      () => wire.line(),
      () => wire.rest(),
      () => sleep(LONG, stop.signal),
      () => Wire.open(server.endpoint, LONG, stop.signal),
    ]
  ) {
    await inTime(assertRejects(wait, Error, reason.message));
  }
  await wire.close();
  assertEquals(server.connections, 1);
});

test("a wire that cannot be opened says why as the system does", async () => {
  await using nowhere = await absentEndpoint();
  const error = await assertRejects(() => Wire.open(nowhere.endpoint, LONG));
  assert((error as { code?: string }).code === "ENOENT", String(error));
});
