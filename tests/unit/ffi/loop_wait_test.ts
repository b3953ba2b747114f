/** How long a turn of the event loop may be blocked, however many wait for replies in it. */
import { assert, assertEquals } from "@std/assert";
import { connectPosix } from "../../../ffi/posix/connection.ts";
import { mayWait, newTurn, thisTurn, TURN_LIMIT, waited } from "../../../ffi/loop_wait.ts";
import { Deadline } from "../../../src/clock.ts";
import { test } from "../../harness.ts";
import { FakeLinux } from "../../support/fake_linux.ts";

/** A clock that goes on only where the test says so: a machine with other work to do changes nothing. */
let time = performance.now() + 1_000_000;

/** How many of ten waits are allowed. Each is longer than all of them may be together. */
function allowed(before?: number): number {
  let count = 0;
  for (let index = 0; index < 10; index++) {
    if (before !== undefined) newTurn(before);
    if (!mayWait(time)) continue;
    count++;
    time += TURN_LIMIT + 0.2;
    waited(time);
  }
  return count;
}

/** What other tests in this process said of the time is forgotten. */
const forget = (): void => newTurn(thisTurn());

test("mayWait() counts a wait that was longer than the limit", () => {
  forget();
  for (let pause = 0; pause < 2; pause++) {
    time += 5;
    assertEquals(allowed(), 1);
  }
});

test("newTurn() lets only the first resumed connection wait", () => {
  forget();
  time += 5;
  assertEquals(allowed(), 1);
  assertEquals(allowed(thisTurn()), 1);
});

test("mayWait() requires a turn when the caller works for long between waits", () => {
  forget();
  let count = 0;
  for (let index = 0; index < 10; index++, time += 5) if (mayWait(time)) count++;
  // Each pause could have been a turn. After 20 ms it must have been one.
  assertEquals(count, 4);
  forget();
  assert(mayWait(time));
});

/** A kernel in which nothing arrives, and whose poll(2) takes as long as it is told, or longer. */
class Silent extends FakeLinux {
  /** How many waits there were. */
  waits = 0;

  override poll(_fds: Uint8Array, _count: number, timeout: number): number {
    if (timeout > 0) {
      this.waits++;
      for (const until = performance.now() + timeout; performance.now() < until;);
    }
    return 0;
  }
}

test("of many connections that wait for a reply in one turn, few block the thread", async () => {
  const kernel = new Silent();
  const connections = await Promise.all(Array.from(
    { length: 200 },
    () => connectPosix(kernel, "/s", new Deadline(1_000), () => {}),
  ));
  forget();
  const reads = connections.map((connection) => connection.read(new Uint8Array(9)));
  const waits = kernel.waits;
  for (const connection of connections) connection.close();
  assertEquals(await Promise.all(reads), connections.map(() => 0));
  // One, and as many again as the machine took this thread's time away in between.
  assert(waits < 100, String(waits));
});
