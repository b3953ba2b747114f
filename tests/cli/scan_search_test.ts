import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { isSearchable, needlesOf } from "../../cli/scan/needles.ts";
import { type ContentReader, type Match, MOST_PLACES, Search } from "../../cli/scan/search.ts";
import { test } from "../harness.ts";
import { NASTY } from "../support/nasty.ts";

/** Reads a text in pieces of some sizes, by turns. */
function readerOf(text: string | Uint8Array, sizes: readonly number[] = [1 << 20]): ContentReader {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  let [done, turn] = [0, 0];
  return {
    read(into) {
      const part = bytes.subarray(
        done,
        done + Math.min(into.length, sizes[turn++ % sizes.length]!),
      );
      into.set(part);
      done += part.length;
      return part.length;
    },
    close: () => {},
  };
}

function find(text: string | Uint8Array, ...values: string[]): Match[] {
  return new Search(values.flatMap(needlesOf)).run(readerOf(text));
}

const encode = (text: string): string =>
  btoa(String.fromCharCode(...new TextEncoder().encode(text)));

test("needlesOf() has one needle for each form of a value", () => {
  const of = (value: string): string[] =>
    needlesOf(value, 7).map(({ value, form, bytes, loose }) =>
      `${value} ${form} ${String.fromCharCode(...bytes)}${loose ? " loose" : ""}`
    );
  // JSON, percent-encoding and shells leave it as it is.
  assertEquals(of(" abcdefgh\n"), [
    "7 plain abcdefgh",
    "7 base64 YWJjZGVmZ2 loose",
    "7 base64 FiY2RlZmdo loose",
    "7 base64 hYmNkZWZna loose",
    "7 utf-16 a\0b\0c\0d\0e\0f\0g\0h\0",
  ]);
  const lines = of("line one\nline two");
  assertEquals(lines.length, new Set(lines).size);
  assertEquals(lines.filter((line) => line.includes(" plain ")), [
    "7 plain line oneline two loose",
  ]);
});

test("Search finds each place of each value, however the text is cut", () => {
  const value = fc.string({ unit: fc.constantFrom("a", "b"), minLength: 8, maxLength: 24 });
  fc.assert(
    fc.property(
      fc.uniqueArray(value, { minLength: 1, maxLength: 4 }),
      fc.array(fc.oneof(value, fc.constantFrom("a", "b", "c", " ")), { maxLength: 12 }),
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 3 }),
      fc.boolean(),
      (values, parts, sizes, all) => {
        const text = (all ? [...parts, ...values] : parts).join("");
        const found = new Search(values.flatMap(needlesOf)).run(readerOf(text, sizes));
        for (const [index, value] of values.entries()) {
          const expected: number[] = [];
          for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + value.length)) {
            expected.push(at);
          }
          const offsets = found.filter((match) => match.value === index).map((match) =>
            match.offset
          );
          // Of places that overlap, any one is told.
          assertEquals(offsets.length > 0, expected.length > 0);
          for (const offset of offsets) assert(text.startsWith(value, offset));
        }
      },
    ),
    { numRuns: 500 },
  );
});

test("Search finds values beside one another and at both ends", () => {
  const [one, other] = ["first-value-1", "second-value-2"];
  assertEquals(find(`${one}${other}x${one}\n${other}`, one, other), [
    { value: 0, form: "plain", offset: 0 },
    { value: 1, form: "plain", offset: 13 },
    { value: 0, form: "plain", offset: 28 },
    { value: 1, form: "plain", offset: 42 },
  ]);
  assertEquals(find("", one), []);
  assertEquals(find(one.slice(0, -1), one), []);
});

test("Search finds values of any characters in the forms of JSON, URLs, shells and base64", () => {
  for (const value of Object.values(NASTY).filter(isSearchable)) {
    for (
      const [form, text] of [
        ["plain", `x${value}x`],
        ["json", JSON.stringify({ value })],
        ["json", JSON.stringify({ log: JSON.stringify({ value }) })],
        ["percent", `?a=${encodeURIComponent(value)}&b`],
        ["percent", `?${new URLSearchParams({ value })}`],
        ["shell", `A='${value.replaceAll("'", `'\\''`)}'`],
        ...["", "u", "us", "user:"].map((before) => ["base64", encode(`${before}${value}!`)]),
        ["base64", encode(value).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "")],
      ] as const
    ) {
      const found = find(text!, value);
      assertEquals(found.length > 0, true, `${form}: ${text}`);
    }
    assertEquals(find(`x${value.slice(0, -4)}${value.slice(-3)}`, value), []);
  }
});

test("Search finds base64 in lines, and with any text around the value", () => {
  const value = "p4ss-0f-the-4pp-and-more";
  for (const width of [64, 76]) {
    for (const newline of ["\n", "\r\n", "\n    "]) {
      for (let before = 0; before < 80; before++) {
        const text = encode(`${"x".repeat(before)}${value}${"y".repeat(90)}`)
          .replace(new RegExp(`.{${width}}`, "g"), `$&${newline}`);
        assertEquals(find(text, value).length, 1, `${width} ${before} ${text}`);
      }
    }
  }
});

test("Search finds values of several lines, indented, and with line ends of either kind", () => {
  const key =
    "-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEF\nAASCBKcwggSj\n-----END KEY-----\n";
  for (
    const text of [
      key,
      key.replaceAll("\n", "\r\n"),
      `key: |\n${key.replace(/^/gm, "      ")}`,
      `${JSON.stringify({ key })}`,
      `${JSON.stringify({ key: key.replaceAll("\n", "\r\n") })}`,
      `KEY="${key.replaceAll("\n", "\\n")}"`,
      encode(key),
      encode(key.replaceAll("\n", "\r\n")),
    ]
  ) {
    assertEquals(find(text, key).length, 1, text);
    assertEquals(find(text, key.replaceAll("\n", "\r\n")).length, 1, text);
  }
  // A line of it says nothing.
  assertEquals(find("-----BEGIN KEY-----\nAnother\n-----END KEY-----\n", key), []);
  assertEquals(find("a\nb\nc\nd\ne", "a\nb\nc\nd\ne").length, 1);
});

test("Search finds a value of several lines, however the text is cut", () => {
  const value = "one-of-6\ntwo-of-6\nthree-of-6\nfour-of-6\nfive-of-6\nsix-of-6";
  const text = `x: |\n${value.replace(/^/gm, " ".repeat(40))}\n${"y".repeat(200)}`;
  for (let size = 1; size < 60; size++) {
    const found = new Search(needlesOf(value, 0)).run(readerOf(text, [size]));
    assertEquals(found, [{ value: 0, form: "plain", offset: 45 }], `${size}`);
  }
});

test("Search finds values in UTF-16 and in binary files", () => {
  const value = "pässwört-1";
  const bytes = new Uint8Array(2 * value.length);
  for (let at = 0; at < value.length; at++) bytes[2 * at] = value.charCodeAt(at);
  assertEquals(find(bytes, value).map(({ form }) => form), ["utf-16"]);
  const binary = new Uint8Array(5_000).map((_, at) => at * 7);
  binary.set(new TextEncoder().encode(value), 3_001);
  assertEquals(find(binary, value), [{ value: 0, form: "plain", offset: 3_001 }]);
});

test("Search finds a value that is longer than a piece of the text", () => {
  const value = Array.from({ length: 9_000 }, (_, at) => `é${at}`).join("\n");
  const text = `${"x".repeat(1_000_000)}${JSON.stringify(value)}${"y".repeat(3_000_000)}`;
  assertEquals(find(text, value), [{ value: 0, form: "json", offset: 1_000_001 }]);
});

test("Search takes linear time for a value that matches at every byte, and reports some places", () => {
  const began = performance.now();
  const found = find("a".repeat(3_000_000), "a".repeat(60_000), "a".repeat(8));
  assertEquals(found.filter(({ value }) => value === 1).length, MOST_PLACES);
  assert(found.filter(({ value }) => value === 0).length >= 49);
  assert(performance.now() - began < 20_000);
});

test("isSearchable() takes values of eight characters, blanks at the ends not counted", () => {
  assertEquals(
    ["1234567", "12345678", " 1234567 ", "äöüßäöü", "äöüßäöüß", "        ", "🔑🔑🔑🔑"].map(
      isSearchable,
    ),
    [false, true, false, false, true, false, false],
  );
});
