import { assert, assertEquals, assertThrows } from "@std/assert";
import * as fc from "fast-check";
import { LineDecoder, ProtocolError } from "../../../core.ts";
import { test } from "../../harness.ts";

const encoder = new TextEncoder();

/** About 5 MB in which nearly every cut falls inside a character. */
const long = JSON.stringify({ value: "🔑ä€".repeat(560_000) });

function decodeInPieces(bytes: Uint8Array, size: number): string[] {
  const lines = new LineDecoder();
  const decoded: string[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    lines.push(bytes.subarray(at, at + size));
    for (let line = lines.next(); line !== undefined; line = lines.next()) decoded.push(line);
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

test("LineDecoder gives the lines that were put in, however they were cut", () => {
  const unit = fc.constantFrom("x", "ä", "€", "🔑", "\ufffd", "\ufeff", '"', "\0");
  const line = fc.tuple(unit, unit, fc.oneof(fc.nat(9), fc.nat(70_000), fc.nat(300_000)))
    .map(([a, b, count]) => (a + b).repeat(count / 2));
  const size = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 300_000 }));
  fc.assert(
    fc.property(fc.array(line, { maxLength: 5 }), size, fc.boolean(), (texts, size, eager) => {
      const bytes = encoder.encode(texts.map((text) => text + "\n").join(""));
      const lines = new LineDecoder();
      const found: string[] = [];
      const take = (): void => {
        for (let line = lines.next(); line !== undefined; line = lines.next()) found.push(line);
      };
      // In small pieces only the last ones: there are enough of them.
      const first = Math.max(0, bytes.length - size * 5_000);
      lines.push(bytes.subarray(0, first));
      for (let at = first; at < bytes.length; at += size) {
        lines.push(bytes.subarray(at, at + size));
        if (eager) take();
      }
      take();
      assertEquals(found.length, texts.length);
      assert(found.every((text, index) => text === texts[index]), "a line is another one");
      assertEquals(lines.pending, false);
    }),
  );
});

test("LineDecoder refuses what is not UTF-8, in short lines and in long ones", () => {
  for (const before of [0, 10, 65_530, 65_536, 200_000, 300_000]) {
    for (const bad of [[0xff], [0xc3], [0xe2, 0x82], [0x80], [0xf0, 0x9f, 0x94]]) {
      const bytes = new Uint8Array([...encoder.encode("x".repeat(before)), ...bad, 0x78, 10]);
      for (const size of [1_000, bytes.length]) {
        const lines = new LineDecoder();
        assertThrows(() => {
          for (let at = 0; at < bytes.length; at += size) {
            lines.push(bytes.subarray(at, at + size));
            lines.next();
          }
        }, ProtocolError);
      }
    }
  }
});

test("LineDecoder refuses a line over its limit, also while it is incomplete", () => {
  const lines = new LineDecoder(10);
  lines.push(encoder.encode("0123456789\n"));
  assertEquals(lines.next(), "0123456789");
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

test("LineDecoder overwrites what was put into its space and not committed", () => {
  const lines = new LineDecoder();
  lines.push(encoder.encode("SECRET"));
  const space = lines.space();
  space.set(encoder.encode("SECRET-CANARY"));
  lines.wipe();
  assertEquals(new Uint8Array(space.buffer).some((byte) => byte !== 0), false);
});

test("LineDecoder overwrites what it gave away", () => {
  const lines = new LineDecoder();
  const buffers = new Set([lines.space().buffer]);
  // Lines that nobody takes make the buffer grow.
  lines.push(encoder.encode("SECRET-CANARY\n".repeat(6_000)));
  const bytes = encoder.encode(`SECRET-CANARY\n${"SECRET-CANARY€".repeat(50_000)}\n`);
  for (let at = 0; at < bytes.length;) {
    const space = lines.space();
    buffers.add(space.buffer);
    const part = bytes.subarray(at, at + Math.min(space.length, 50_001));
    space.set(part);
    lines.commit(part.length);
    at += part.length;
    while (lines.next() !== undefined);
  }
  assertEquals(buffers.size, 3);
  for (const buffer of buffers) {
    const left = new Uint8Array(buffer).filter((byte) => byte !== 0 && byte !== 10);
    assertEquals(left.length, 0, "more than line feeds was left");
  }
});

test("LineDecoder keeps no large buffer after a long line", () => {
  const lines = new LineDecoder();
  const { length } = lines.space();
  lines.push(encoder.encode("x".repeat(length * 5)));
  assert(lines.space().buffer.byteLength > length * 5);
  lines.push(encoder.encode("\n"));
  assertEquals(lines.next()?.length, length * 5);
  assertEquals(lines.space().length, length);
});
