/** What is found out about the calling program, and how often its executable is read for that. */
import { assertEquals } from "@std/assert";
import { createHash } from "node:crypto";
import { realpathSync } from "node:fs";
import process from "node:process";
import type { Files } from "../../../src/files.ts";
import { test } from "../../harness.ts";
import { elf } from "../../support/executables.ts";

/** A copy of the module: what it learns here is not true of this process. Bun copies no file URL. */
const copy = "../../../connect/caller_identity.ts?played";
const { atOnce, identify, inTurns }: typeof import("../../../connect/caller_identity.ts") =
  await import(copy);

const program = elf({ names: "\0printf\0" });
const path = realpathSync(process.execPath);

/** Files of which one can be read, or none. */
function filesWith(bytes: Uint8Array | undefined, readAt?: () => never) {
  const seen = { opened: [] as string[], closed: 0 };
  const files: Files = {
    look: () => undefined,
    open(path) {
      seen.opened.push(path);
      return bytes && {
        size: bytes.length,
        readAt: readAt ?? ((offset, length) => bytes.subarray(offset, offset + length)),
        close: () => void seen.closed++,
      };
    },
  };
  return { seen, files };
}

test("the calling program is known by its path, by content where it may be read, which is done once", async () => {
  const closed = filesWith(undefined);
  // By its name, a runtime.
  assertEquals(atOnce(identify(false, closed.files)), { path, shared: true });
  assertEquals(closed.seen.opened, []);
  assertEquals(atOnce(identify(true, closed.files)), { path, shared: true });
  assertEquals(closed.seen.opened, [path]);
  const broken = filesWith(program, () => {
    throw new Error("EIO");
  });
  assertEquals(await inTurns(identify(true, broken.files)), { path, shared: true });
  assertEquals(broken.seen, { opened: [path], closed: 1 });
  const whole = filesWith(program);
  const sha256 = createHash("sha256").update(program).digest("hex");
  assertEquals(await inTurns(identify(true, whole.files)), { path, shared: false, sha256 });
  assertEquals(whole.seen, { opened: [path], closed: 1 });
  for (const read of [true, false]) {
    assertEquals(atOnce(identify(read, whole.files)), { path, shared: false, sha256 });
  }
  assertEquals(whole.seen.opened.length, 1);
});
