/** The fuzzer of replies for as long as CI allows; `deno task test:fuzz` goes on for longer. */
import { assertEquals } from "@std/assert";
import { test } from "../harness.ts";
import { fuzzReplies } from "./replies.ts";

test("20,000 replies by a grammar are taken as an independent oracle says", () => {
  const { discrepancies, ends, examples } = fuzzReplies(1, 0, 20_000);
  assertEquals(discrepancies, 0, examples.join("\n"));
  // The same cases on every runtime, and all kinds of ends among them.
  assertEquals(ends, {
    success: 20_422,
    error: 3_942,
    denied: 3_974,
    protocol: 8_880,
    refused: 21,
    timeout: 147,
    "lost, sent": 9_815,
    "lost, not sent": 561,
    pending: 596,
  });
}, { timeout: 120_000 });
