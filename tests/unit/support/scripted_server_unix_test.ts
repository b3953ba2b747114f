/**
 * What only Unix sockets have: half-closes, resets, files that stay behind, and a name that goes at
 * once.
 */
import { assertEquals, assertRejects } from "@std/assert";
import { connect } from "node:net";
import { runtime, test } from "../../harness.ts";
import { RawClient, until } from "../../support/raw_client.ts";
import { giveCue } from "../../support/cue.ts";
import {
  cue,
  halfClose,
  hang,
  reply,
  replyLine,
  request,
  reset,
  stopListening,
} from "../../support/steps.ts";
import { type Script, staleEndpoint, startScripted } from "../../support/scripted_server.ts";

test("halfClose() lets the client still write", async () => {
  await using server = await startScripted([[halfClose(), request(), hang()]]);
  await using client = await RawClient.connect(server.endpoint);
  assertEquals(await client.ended, "end");
  client.send('{"late":true}\n');
  await until("the late request arrives", () => server.lines.length === 1);
});

const resets: [string, Script, string, string][] = [
  ["before any reply", [cue(), reset(0)], "{}\n", ""],
  ["inside a reply", [cue(), reply('{"type":"RES'), reset()], "{}\n", '{"type":"RES'],
  ["after a reply", [cue(), reply(replyLine()), reset()], "{}\n", replyLine()],
];
for (const [when, script, sent, seen] of resets) {
  test(`reset() is a real ECONNRESET ${when}`, async () => {
    await using server = await startScripted([script]);
    assertEquals(await watch(server.endpoint, sent), { code: "ECONNRESET", seen });
  });
}

test("reset() works after an earlier request was answered", async () => {
  await using server = await startScripted([[request(), reply("ok\n"), cue(2), reset(0)]]);
  const result = await watch(server.endpoint, "{}\n", "{}\n");
  assertEquals(result, { code: "ECONNRESET", seen: "ok\n" });
}, { skip: runtime === "bun" });

test("stopListening() leaves the open connection and refuses new ones", async () => {
  await using server = await startScripted([[stopListening(), request(), reply("yes\n")]]);
  await using client = await RawClient.connect(server.endpoint);
  client.send("{}\n");
  assertEquals(await client.reply(), "yes");
  await assertRejects(() => RawClient.connect(server.endpoint), Error, "ENOENT");
  await server.listen();
  await using again = await RawClient.connect(server.endpoint);
  again.send("{}\n");
  await until("the server is back", () => server.connections === 2);
});

test("staleEndpoint() gives ECONNREFUSED", async () => {
  await using place = await staleEndpoint();
  await assertRejects(() => RawClient.connect(place.endpoint), Error, "ECONNREFUSED");
});

/** Sends, reads on, sends again after the first reply, and tells how it ended. Each gives a cue. */
function watch(endpoint: string, first: string, second?: string) {
  return new Promise<{ code: string; seen: string }>((resolve) => {
    const sent = () => giveCue(endpoint);
    const socket = connect(endpoint, () => socket.write(first, sent));
    let seen = "";
    let code = "end";
    socket.setEncoding("utf8");
    socket.on("data", (text: string) => {
      seen += text;
      if (second !== undefined) socket.write(second, sent);
    });
    socket.on("error", (error: Error & { code?: string }) => code = error.code ?? "unknown");
    socket.on("close", () => resolve({ code, seen }));
  });
}
