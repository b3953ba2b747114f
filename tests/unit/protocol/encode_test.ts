import { assertEquals } from "@std/assert";
import { utf8Length } from "../../../src/protocol/encode.ts";
import { test } from "../../harness.ts";

test("utf8Length() counts the bytes at each edge of UTF-8", () => {
  const edges = [0, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x103ff, 0x10ffff];
  for (const point of edges) {
    const text = `a${String.fromCodePoint(point)}b`;
    assertEquals(utf8Length(text), new TextEncoder().encode(text).length, point.toString(16));
  }
});
