/** How long a reply may take when the caller gave no timeout. */
import { assertEquals } from "@std/assert";
import {
  allowanceOf,
  type CallDeadline,
  CONNECT_TIMEOUT,
  encodeFrame,
  type Frame,
  Pipeline,
} from "../../../core.ts";
import { test } from "../../harness.ts";

test("an allowance begins when the one before it ends, whatever that one's caller allowed", () => {
  const pipeline = new Pipeline(1_000);
  const slow = encodeFrame({ action: "delete", service: "S", match: "prefix", targets: ["p"] });
  const read = encodeFrame({ action: "read", service: "S", targets: ["A"] });
  const add = (frame: Frame, now: number, own?: CallDeadline) =>
    pipeline.add(frame, own, now, () => {}).deadline;
  const first = add(slow, 1_000);
  assertEquals(first, { at: 1_000 + 300_000 + CONNECT_TIMEOUT, timeout: 310_000 });
  assertEquals(add(read, 1_001, { at: 1_011, timeout: 10 }), { at: 1_011, timeout: 10 });
  assertEquals(add(read, 1_002), { at: first.at + 2 * allowanceOf(read), timeout: 5_050 });
});
