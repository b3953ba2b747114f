import { assertEquals, assertRejects } from "@std/assert";
import { test } from "../../harness.ts";
import { atAnyPace } from "../../support/any_pace.ts";

test("attempts have ever longer times, until one says something", async () => {
  const scales: number[] = [];
  await atAnyPace((scale) => {
    scales.push(scale);
    return Promise.resolve(scale === 4 ? undefined : "too slow");
  });
  assertEquals(scales, [1, 4]);
});

test("an attempt that throws is not repeated", async () => {
  let attempts = 0;
  const wrong = () => {
    attempts++;
    return Promise.reject(new Error("wrong"));
  };
  await assertRejects(() => atAnyPace(wrong), Error, "wrong");
  assertEquals(attempts, 1);
});

test("it fails when all attempts fail", async () => {
  await assertRejects(() => atAnyPace(() => Promise.resolve("not sent")), Error, "not sent");
});
