/** The whole conversation of the transcript with one daemon. */
import { assert, assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import { test } from "../../harness.ts";
import { startEndpoint } from "../../support/endpoint.ts";
import { RawClient } from "../../support/raw_client.ts";
import { type Spoken, transcript } from "../../support/transcript.ts";

test("daemon answers the transcript byte for byte", async () => {
  await using daemon = await startEndpoint();
  let client = await RawClient.connect(daemon.endpoint);
  try {
    for (const exchange of transcript) {
      client.send(exchange.send);
      const reply = exchange.closes ? await client.rest() : `${await client.reply()}\n`;
      compare(exchange, reply);
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
  assert(open.length > 150, `${open.length} requests`);
  await using client = await RawClient.connect(daemon.endpoint);
  client.send(Buffer.concat(open.map(({ send }) => send)));
  for (const exchange of open) compare(exchange, `${await client.reply()}\n`);
});

function compare({ send, reply, order }: Spoken, observed: string): void {
  const what = `to ${Buffer.from(send).toString().slice(0, 200)}`;
  const bytes = Buffer.from(observed).toString("latin1");
  assertEquals(order(bytes), order(reply), what);
}
