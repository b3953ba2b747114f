/** What a look at this machine adds to a problem, also to the one within a partial failure. */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { explain, explainSync } from "../../../connect/remedies/explain.ts";
import { ConnectionLostError, PartialFailureError, TimeoutError } from "../../../mod.ts";
import { runtimeSystem } from "../../../net/system.ts";
import type { Route } from "../../../src/client/dial.ts";
import { runFixture, test } from "../../harness.ts";

const route = { system: runtimeSystem, candidates: [] } as unknown as Route;
const silent = { endpoint: "/n/s", answered: false };

test("explain() says why a daemon closes before it answers, and keeps what it knows", async () => {
  for (const explained of [explainSync, explain]) {
    const cause = new Error("of the system");
    const lost = new ConnectionLostError(true, { cause });
    const told = await explained(lost, silent, route) as ConnectionLostError;
    assert(told instanceof ConnectionLostError && told !== lost);
    assertEquals([told.sent, told.cause], [true, cause]);
    assertNotEquals(told.message, lost.message);
    // One that has answered before may have ended for any reason.
    assert(await explained(lost, { ...silent, answered: true }, route) === lost);
    const parts = { applied: ["A"], failed: [], unknown: ["B"] };
    const partial = new PartialFailureError("write", parts, lost);
    assert(await explained(partial, silent, route) === partial);
    assertEquals((partial.cause as Error).message, told.message);
  }
});

test("explain() leaves alone what no look explains", () => {
  for (const problem of [new TimeoutError("connection", 5, false), new Error("another"), 1]) {
    assert(explainSync(problem, silent, route) === problem);
  }
});

test("explain() lets the event loop run while it reads the executable", async () => {
  const { stdout, stderr } = await runFixture("explain_denial");
  assertEquals(stderr, "");
  const { code, turns } = JSON.parse(stdout);
  assertEquals(code, "denied");
  // One turn for each piece of a runtime of 50 MB or more.
  assert(turns > 10, `${turns} turns`);
});
