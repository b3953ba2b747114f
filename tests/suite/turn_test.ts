/** How long a turn of the event loop may be held up, however many wait for replies in it. */
import { assert, assertEquals, assertLess } from "@std/assert";
import { connectPosix } from "../../ffi/posix/connection.ts";
import { mayWait, newTurn, thisTurn, TURN_LIMIT, waited } from "../../ffi/loop_wait.ts";
import { Deadline } from "../../src/clock.ts";
import { test } from "../harness.ts";
import { FakeLinux } from "../support/fake_linux.ts";
import { sleep } from "../support/raw_client.ts";

/** Holds up this thread. */
function hold(milliseconds: number): void {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
}

/** How many of ten waits are allowed. Each is longer than all of them may be together. */
function allowed(before?: number): number {
  let count = 0;
  for (let index = 0; index < 10; index++) {
    if (before !== undefined) newTurn(before);
    if (!mayWait()) continue;
    count++;
    hold(TURN_LIMIT + 0.2);
    waited();
  }
  return count;
}

// Once the machine does something else for a millisecond, one more is allowed.
const FEW = 4;

test("mayWait() counts a wait that was longer than the limit", async () => {
  await sleep(5);
  assertLess(allowed(), FEW);
});

test("newTurn() lets the first who is resumed wait, and not all that were resumed with it", async () => {
  await sleep(5);
  while (mayWait());
  const resumed = allowed(thisTurn());
  assert(resumed >= 1);
  assertLess(resumed, FEW);
});

/** A kernel in which nothing arrives, and whose poll(2) takes a bit longer than it was told. */
class Silent extends FakeLinux {
  /** How many waits there were. */
  waits = 0;

  override poll(_fds: Uint8Array, _count: number, timeout: number): number {
    if (timeout > 0) {
      this.waits++;
      hold(timeout + 0.1);
    }
    return 0;
  }
}

test("of many connections that wait for a reply in one turn, one holds up the thread", async () => {
  const kernel = new Silent();
  const connections = await Promise.all(Array.from(
    { length: 30 },
    () => connectPosix(kernel, "/s", new Deadline(1_000), () => {}),
  ));
  await sleep(5);
  const reads = connections.map((connection) => connection.read(new Uint8Array(9)));
  const waits = [kernel.waits];
  for (let turn = 0; turn < 5; turn++) {
    const before = kernel.waits;
    await new Promise((resolve) => setImmediate(resolve));
    waits.push(kernel.waits - before);
  }
  for (const connection of connections) connection.close();
  assertEquals(await Promise.all(reads), connections.map(() => 0));
  assert(waits[0]! >= 1);
  for (const count of waits) assertLess(count, FEW, String(waits));
});
