/** Connecting to a pipe whose only instance is taken, over each transport. */
import { assertEquals, assertRejects } from "@std/assert";
import { Deadline } from "../../src/clock.ts";
import { SystemCallError, type Transport } from "../../src/transport.ts";
import { nodeTransport } from "../../net/node_net.ts";
import { test } from "../harness.ts";
import { inTime } from "../support/raw_client.ts";
import { denoPath, hasForeignCalls, startSinglePipe, transport } from "./support.ts";

const transports: readonly Transport[] = hasForeignCalls
  ? [transport(), nodeTransport]
  : [nodeTransport];
const options = { skip: denoPath === undefined, timeout: 60_000 };
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

if (hasForeignCalls) {
  // Wine ends the wait that node:net makes of itself with an error that Windows has not: for that
  // transport the rule is tested with played attempts only.
  test("ffi: connect() copes with a pipe that is busy for a while and then missing", async () => {
    await using server = await startSinglePipe();
    const first = await transport().connect(server.endpoint, new Deadline(10_000));
    const opening = transport().connect(server.endpoint, new Deadline(30_000));
    await sleep(200);
    await first.write(new Uint8Array(1));
    first.close();
    (await opening).close();
  }, options);
}

for (const way of transports) {
  test(`${way.name}: connect() ends early at a busy pipe when no call waits any more`, async () => {
    await using server = await startSinglePipe();
    const first = await way.connect(server.endpoint, new Deadline(10_000));
    const deadline = new Deadline(60_000);
    setTimeout(() => deadline.end(), 100);
    const opening = way.connect(server.endpoint, deadline);
    const error = await assertRejects(() => inTime(opening, 15_000), SystemCallError);
    assertEquals(error.code, "ETIMEDOUT");
    first.close();
  }, options);
}
