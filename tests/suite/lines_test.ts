import { assertEquals, assertThrows } from "@std/assert";
import { LineDecoder, ProtocolError } from "../../src/mod.ts";
import { test } from "../harness.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/** About 5 MB in which nearly every cut falls inside a character. */
const long = JSON.stringify({ value: "🔑ä€".repeat(560_000) });

function decodeInPieces(bytes: Uint8Array, size: number): string[] {
  const lines = new LineDecoder();
  const decoded: string[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    lines.push(bytes.subarray(at, at + size));
    for (let line = lines.next(); line; line = lines.next()) decoded.push(decoder.decode(line));
  }
  assertEquals(lines.pending, false);
  return decoded;
}

for (const size of [1, 7, 64 * 1024]) {
  test(`LineDecoder decodes 5 MB the same in pieces of ${size} bytes`, () => {
    const bytes = encoder.encode(`short\n${long}\n\n${long}\nlast\n`);
    const [first, second, third, fourth, last, ...more] = decodeInPieces(bytes, size);
    assertEquals([first, third, last, more], ["short", "", "last", []]);
    assertEquals(second === long && fourth === long, true);
  });
}

test("LineDecoder refuses a line over its limit, also while it is incomplete", () => {
  const lines = new LineDecoder(10);
  lines.push(encoder.encode("0123456789\n"));
  assertEquals(decoder.decode(lines.next()), "0123456789");
  lines.push(encoder.encode("0123456789"));
  assertEquals(lines.next(), undefined);
  lines.push(encoder.encode("X"));
  assertThrows(() => lines.next(), ProtocolError);
});

test("LineDecoder overwrites what it held", () => {
  const lines = new LineDecoder();
  const space = lines.space();
  space.set(encoder.encode("SECRET-CANARY"));
  lines.commit(13);
  lines.wipe();
  assertEquals(space.subarray(0, 13), new Uint8Array(13));
});
