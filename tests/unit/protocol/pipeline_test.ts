import { assertEquals } from "@std/assert";
import { encodeFrame, MAX_REPLY, Pipeline } from "../../../core.ts";
import { test } from "../../harness.ts";

test("expire() settles the calls that are late and leaves the deadline of the next one", () => {
  const pipeline = new Pipeline(MAX_REPLY);
  const settled: number[] = [];
  for (const at of [20, 10, 30]) {
    const frame = encodeFrame({ action: "read", service: "S", targets: ["A"] });
    pipeline.add(frame, { at, timeout: at }, 0, () => settled.push(at));
  }
  assertEquals(pipeline.deadline, 10);
  pipeline.expire(15);
  assertEquals([settled, pipeline.deadline, pipeline.live], [[10], 20, 2]);
  pipeline.expire(20);
  assertEquals([settled, pipeline.deadline, pipeline.live], [[10, 20], 30, 1]);
  pipeline.expire(40);
  assertEquals([settled, pipeline.deadline, pipeline.live], [[10, 20, 30], Infinity, 0]);
});
