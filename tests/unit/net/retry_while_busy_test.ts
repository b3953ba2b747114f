/** Patience of the node transport with a daemon that is busy, with played attempts. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { Deadline } from "../../../src/clock.ts";
import { SystemCallError } from "../../../src/transport.ts";
import { retryWhileBusy } from "../../../net/retry_while_busy.ts";
import { test } from "../../harness.ts";

/** Attempts that fail as said, each after some milliseconds, and then succeed. */
function attempts(...failures: [code: string, after?: number][]): () => Promise<string> {
  return async () => {
    const [code, after = 0] = failures.shift() ?? [];
    await new Promise((resolve) => setTimeout(resolve, after));
    if (code !== undefined) throw new SystemCallError("connect", code);
    return "connected";
  };
}

const missing = Array<[string]>(100).fill(["ERROR_FILE_NOT_FOUND"]);

test("retryWhileBusy() treats a pipe that disappears after it was busy as a gap between accepts", async () => {
  const busyInside = attempts(["ERROR_FILE_NOT_FOUND", 80], ["ERROR_FILE_NOT_FOUND", 80]);
  assertEquals(await retryWhileBusy(busyInside, new Deadline(5_000)), "connected");
  const busy = attempts(...missing.slice(0, 8), ["ERROR_PIPE_BUSY"], ...missing.slice(0, 8));
  assertEquals(await retryWhileBusy(busy, new Deadline(5_000)), "connected");
});

test("retryWhileBusy() gives up on a pipe that stays missing", async () => {
  const started = performance.now();
  const error = await assertRejects(
    () => retryWhileBusy(attempts(...missing), new Deadline(5_000)),
    SystemCallError,
  );
  assertEquals(error.code, "ERROR_FILE_NOT_FOUND");
  assert(performance.now() - started >= 45);
});

for (const code of ["EAGAIN", "ERROR_PIPE_BUSY"]) {
  test(`retryWhileBusy() waits until the deadline while the daemon says ${code}`, async () => {
    const forever = attempts(...Array<[string]>(1_000).fill([code]));
    const error = await assertRejects(
      () => retryWhileBusy(forever, new Deadline(60)),
      SystemCallError,
    );
    assertEquals(error.code, "ETIMEDOUT");
  });
}

test("retryWhileBusy() reports anything else at once", async () => {
  const denied = attempts(["EACCES"]);
  const error = await assertRejects(
    () => retryWhileBusy(denied, new Deadline(5_000)),
    SystemCallError,
  );
  assertEquals(error.code, "EACCES");
});
