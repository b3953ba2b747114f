/** Files of any kind and encoding, as cli/files.ts reads them. */
import { assertEquals, assertThrows } from "@std/assert";
import { Buffer } from "node:buffer";
import { Context } from "../../cli/context.ts";
import { CommandError } from "../../cli/exit_codes.ts";
import { checkLength, MOST_TEXT, readBytes, readText } from "../../cli/files.ts";
import type { Host } from "../../cli/host/host.ts";
import { hostOf } from "../../cli/host/mod.ts";
import { realPathOf } from "../../cli/identity/program.ts";
import { systemReason } from "../../cli/system_reason.ts";
import { test } from "../harness.ts";
import { daemonWith, kca, posix } from "../support/kca.ts";

/** A context with a file that gives its bytes in pieces. */
function contextOf(...pieces: readonly Uint8Array[]): { context: Context; closed: () => boolean } {
  const rest = [...pieces];
  let open = true;
  const openFile: Host["openFile"] = () => ({
    read(into) {
      const piece = rest.shift() ?? new Uint8Array();
      into.set(piece);
      return piece.length;
    },
    close: () => void (open = false),
  });
  return { context: new Context({ ...hostOf(), openFile }), closed: () => !open };
}

test("readBytes() puts the pieces of a file together, and closes it", () => {
  const { context, closed } = contextOf(Uint8Array.of(1, 2), Uint8Array.of(3));
  assertEquals(readBytes(context, "f"), Uint8Array.of(1, 2, 3));
  assertEquals(closed(), true);
});

test("readBytes() gives up on an endless file", () => {
  let read = 0;
  const openFile: Host["openFile"] = () => ({
    read: (into) => (read += into.length, into.length),
    close: () => {},
  });
  const context = new Context({ ...hostOf(), openFile });
  assertThrows(() => readBytes(context, "f"), CommandError, `"f" has more than ${MOST_TEXT} bytes`);
  assertEquals(read > MOST_TEXT && read < 2 * MOST_TEXT, true);
});

test("checkLength() refuses a text that would be truncated", () => {
  checkLength(MOST_TEXT, "stdin");
  assertThrows(() => checkLength(MOST_TEXT + 1, "stdin"), CommandError, "stdin has more than");
});

test("readText() refuses UTF-32, although its mark begins like that of UTF-16", () => {
  const utf16 = Buffer.from("\ufeffA=1\n", "utf16le");
  const utf32 = Buffer.concat(
    [...utf16].map((byte, index) => Buffer.from(index % 2 === 0 ? [byte] : [byte, 0, 0])),
  );
  assertEquals(readText(contextOf(utf16).context, "f"), "A=1\n");
  assertThrows(() => readText(contextOf(utf32).context, "f"), CommandError, "save it as UTF-8");
});

test("systemReason() has a reason also where Deno knows no code", () => {
  const error = new Error("No such device or address (os error 6), open '/dev/tty'");
  assertEquals(systemReason(error), "No such device or address");
});

test("a device is not a program", () => {
  assertThrows(() => realPathOf("/dev/zero"), CommandError, "it is not a regular file");
}, { skip: !posix });

test("kca set --file reads a device as long as a text can be, and no longer", async () => {
  await using daemon = await daemonWith({});
  const { code, stderr } = await kca(daemon, ["set", "A", "--file", "/dev/zero"]);
  assertEquals([code, stderr.includes("has more than")], [2, true], stderr);
}, { skip: !posix });
