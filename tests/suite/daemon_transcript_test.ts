/** The whole conversation of the transcript with one daemon. */
import { assert, assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import { test } from "../harness.ts";
import { startEndpoint } from "../support/endpoint.ts";
import { RawClient } from "../support/raw_client.ts";
import { type Exchange, transcript } from "../support/transcript.ts";

test("daemon answers the transcript byte for byte", async () => {
  await using daemon = await startEndpoint();
  let client = await RawClient.connect(daemon.endpoint);
  try {
    for (const exchange of transcript) {
      const what = `to ${shown(exchange.send)}`;
      client.send(Buffer.concat([Buffer.from(exchange.send), Buffer.from("\n")]));
      const reply = exchange.closes ? (await client.rest()).trimEnd() : await client.reply();
      assertEquals(inOrder(reply, exchange), inOrder(exchange.reply, exchange), what);
      if (!exchange.closes) continue;
      await client.close();
      client = await RawClient.connect(daemon.endpoint);
    }
  } finally {
    await client.close();
  }
});

test("daemon answers the transcript when all of it arrives at once", async () => {
  await using daemon = await startEndpoint();
  const open = transcript.filter(({ closes }) => !closes);
  assert(open.length > 89, `${open.length} requests`);
  await using client = await RawClient.connect(daemon.endpoint);
  const lines = open.map(({ send }) => Buffer.concat([Buffer.from(send), Buffer.from("\n")]));
  client.send(Buffer.concat(lines));
  for (const exchange of open) {
    const what = `to ${shown(exchange.send)}`;
    assertEquals(inOrder(await client.reply(), exchange), inOrder(exchange.reply, exchange), what);
  }
});

function shown(sent: string | Uint8Array): string {
  return Buffer.from(sent).toString().slice(0, 200);
}

/** The reply, or its results sorted where their order is random. */
function inOrder(reply: string, { shuffled }: Exchange): string {
  if (!shuffled) return reply;
  const [, head, results, tail] = /^(.*"results":\[)(.*)(\]\}\n?)$/.exec(reply) ?? [];
  return results === undefined ? reply : head + results.split(/(?<=\}),/).sort().join() + tail;
}
