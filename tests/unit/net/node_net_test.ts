/** What the connections of node:net say of a write that cannot go out. */
import { assert, assertEquals } from "@std/assert";
import { nodeTransport } from "../../../net/node_net.ts";
import { Deadline } from "../../../src/clock.ts";
import { SystemCallError } from "../../../src/transport.ts";
import { test } from "../../harness.ts";
import { sleep } from "../../support/raw_client.ts";
import { startScripted } from "../../support/scripted_server.ts";
import { close } from "../../support/steps.ts";

test("a write on a connection that the other end has closed has sent nothing", async () => {
  await using server = await startScripted([[close()]]);
  const connection = await nodeTransport.connect(server.endpoint, new Deadline(5_000));
  while (connection.quiet()) await sleep(5);
  // For the event loop to close this end, too.
  await sleep(50);
  let error: unknown;
  try {
    await connection.write(new Uint8Array([10]));
  } catch (caught) {
    error = caught;
  }
  assert(error instanceof SystemCallError, String(error));
  assertEquals([error.code, error.written], ["EPIPE", 0]);
  connection.close();
});
