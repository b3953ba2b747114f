/** How long a reply may take when the caller gave no timeout. */
import { assertEquals } from "@std/assert";
import { encodeFrame } from "../../src/frame.ts";
import { allowanceOf, CONNECT_TIMEOUT, Schedule } from "../../src/timeouts.ts";
import { test } from "../harness.ts";

test("an allowance begins when the one before it ends, whatever that one's caller allowed", () => {
  const schedule = new Schedule();
  const slow = encodeFrame({ action: "delete", service: "S", match: "prefix", targets: ["p"] });
  const read = encodeFrame({ action: "read", service: "S", targets: ["A"] });
  const first = schedule.add(slow, 1_000, true, true);
  assertEquals(first, { at: 1_000 + 300_000 + CONNECT_TIMEOUT, timeout: 310_000 });
  const own = schedule.add(read, 1_001, false, true);
  assertEquals(own, { at: first.at + allowanceOf(read), timeout: 5_050 });
  assertEquals(schedule.add(read, 1_002, false, false).at, own.at + 5_050);
  // Nothing is before this one any more.
  assertEquals(schedule.add(read, 2_000, true, false).at, 7_050);
});
