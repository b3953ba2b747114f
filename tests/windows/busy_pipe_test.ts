/** Connecting to a pipe whose only instance is taken, over each transport. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { Deadline } from "../../src/deadline.ts";
import { type Connection, SystemCallError } from "../../src/transport.ts";
import { connectNet } from "../../transports/net.ts";
import { test } from "../harness.ts";
import { denoPath, hasForeignCalls, startSinglePipe, transport } from "./support.ts";

type Connect = (endpoint: string, deadline: Deadline) => Promise<Connection>;

const ways: [string, Connect][] = [["node", connectNet]];
if (hasForeignCalls) ways.push(["ffi", (...values) => transport().connect(...values)]);
const options = { skip: denoPath === undefined, timeout: 60_000 };
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

if (hasForeignCalls) {
  // Wine ends the wait that node:net makes of itself with an error that Windows has not: for that
  // transport the rule is tested with played attempts only.
  test("ffi: connect() bears a pipe that is busy for a while and then missing", async () => {
    await using server = await startSinglePipe();
    const first = await transport().connect(server.endpoint, new Deadline(10_000));
    const opening = transport().connect(server.endpoint, new Deadline(30_000));
    await sleep(200);
    await first.write(new Uint8Array(1));
    first.close();
    (await opening).close();
  }, options);
}

for (const [name, connect] of ways) {
  test(`${name}: connect() ends early at a busy pipe when nobody waits any more`, async () => {
    await using server = await startSinglePipe();
    const first = await connect(server.endpoint, new Deadline(10_000));
    const deadline = new Deadline(20_000);
    const started = performance.now();
    setTimeout(() => deadline.end(), 100);
    const error = await assertRejects(() => connect(server.endpoint, deadline), SystemCallError);
    assertEquals(error.code, "ETIMEDOUT");
    const took = performance.now() - started;
    assert(took < 5_000, `${took} ms`);
    first.close();
  }, options);
}
