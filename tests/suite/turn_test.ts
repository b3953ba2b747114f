/** How long a turn of the event loop may be held up, however many wait for replies in it. */
import { assert, assertEquals } from "@std/assert";
import { connectPosix } from "../../ffi/posix_connection.ts";
import { mayWait, newTurn, thisTurn, TURN_LIMIT, waited } from "../../ffi/turn.ts";
import { Deadline } from "../../src/deadline.ts";
import { test } from "../harness.ts";
import { FakeLinux } from "../support/fake_linux.ts";

let time = performance.now() + 1_000_000;

/** A clock that goes on only where the test says so: a machine with other work to do changes nothing. */
async function withClock(body: (hold: (ms: number) => void) => void | Promise<void>) {
  const { now } = performance;
  time += 1_000;
  performance.now = () => time;
  try {
    await body((ms) => void (time += ms));
  } finally {
    performance.now = now.bind(performance);
  }
}

/** How many of ten waits are allowed. Each is longer than all of them may be together. */
function allowed(hold: (ms: number) => void, before?: number): number {
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

test("mayWait() counts a wait that was longer than the limit", () =>
  withClock((hold) => {
    hold(5);
    assertEquals(allowed(hold), 1);
    hold(5);
    assertEquals(allowed(hold), 1);
  }));

test("newTurn() lets the first who is resumed wait, and not all that were resumed with it", () =>
  withClock((hold) => {
    hold(5);
    assertEquals(allowed(hold), 1);
    assertEquals(allowed(hold, thisTurn()), 1);
  }));

/** A kernel in which nothing arrives, and whose poll(2) takes a bit longer than it was told. */
class Silent extends FakeLinux {
  /** How many waits there were. */
  waits = 0;
  readonly #hold: (ms: number) => void;

  constructor(hold: (ms: number) => void) {
    super();
    this.#hold = hold;
  }

  override poll(_fds: Uint8Array, _count: number, timeout: number): number {
    if (timeout > 0) {
      this.waits++;
      this.#hold(timeout + 0.1);
    }
    return 0;
  }

  override yield(): number {
    this.#hold(0.01);
    return 0;
  }
}

test("of many connections that wait for a reply in one turn, one holds up the thread", () =>
  withClock(async (hold) => {
    const kernel = new Silent(hold);
    const connections = await Promise.all(Array.from(
      { length: 30 },
      () => connectPosix(kernel, "/s", new Deadline(1_000), () => {}),
    ));
    hold(5);
    const reads = connections.map((connection) => connection.read(new Uint8Array(9)));
    const waits = [kernel.waits];
    for (let turn = 0; turn < 5; turn++) {
      const before = kernel.waits;
      await new Promise((resolve) => setImmediate(resolve));
      waits.push(kernel.waits - before);
    }
    for (const connection of connections) connection.close();
    assertEquals(await Promise.all(reads), connections.map(() => 0));
    assertEquals(waits[0], 1);
    for (const count of waits) assert(count <= 1, String(waits));
  }));
