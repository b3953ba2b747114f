/** How the conformance kit compares replies, and what it shows of them. */
import { assertEquals } from "@std/assert";
import { inOrder, shown, withoutForeignValues } from "../../../conformance/compare.ts";
import { test } from "../../harness.ts";

const line = (...results: string[]): string =>
  `{"type":"RESPONSE","status":"success","results":[${results.join()}]}\n`;

test("inOrder() sorts the kit's own results and leaves out those of others", () => {
  const [a, b, other] = [
    '{"target":"kit:a","value":"1\\"]}"}',
    '{"target":"kit:b"}',
    '{"target":"theirs","value":"2"}',
  ];
  assertEquals(inOrder(line(b, other, a), "kit:"), line(a, b));
  assertEquals(inOrder(line(other), "kit:"), '{"type":"RESPONSE","status":"success"}\n');
});

test("inOrder() leaves what is no reply with results as it is, byte for byte", () => {
  for (
    const reply of [
      '{"type":"RESPONSE","status":"success"}\n',
      '{"type":"RESPONSE","status":"error","results":[{"target":"kit:b"},{"target":"kit:a"}]}\n',
      line('{"target":"theirs"}').trimEnd(),
      `${line('{"target":"theirs"}')}{}\n`,
      line('{"target":"theirs"}', '{"target":"theirs","more":1}'),
      line('{"target":"theirs"}', ""),
      line('{"target":"theirs"} '),
    ]
  ) {
    assertEquals(inOrder(reply, "kit:"), reply);
  }
});

test("shown() cuts a text that is too long in the middle, and says how many bytes it had", () => {
  assertEquals(shown("x".repeat(1_000)), "x".repeat(1_000));
  // As many characters in twice the bytes.
  assertEquals(shown("\xc3\xa9".repeat(1_000)), "é".repeat(1_000));
  assertEquals(
    shown(`${"a".repeat(501)}${"\xc3\xa9".repeat(500)}`),
    `${"a".repeat(500)}[… of 1501 bytes …]${"é".repeat(500)}`,
  );
  assertEquals(shown("\xef\xbb\xbf\xff"), "\ufeff\ufffd");
});

test("withoutForeignValues() shows a value only where the kit has sent it, however it is written", () => {
  const known = ['{"values":["own","b\\u0061d \\"quote\\""]}', "no JSON", '"\\x"'];
  for (
    const [observed, kept] of [
      ['{"value":"own"}', true],
      ['{"value" : "\\u006fwn"}', true],
      ['{"VALUE":"bad \\"quote\\""}', true],
      // No JSON, and yet what was sent.
      ['{"value":"\\x"}', true],
      ['{"value":"theirs"}', false],
      ['{"value":"own and more"}', false],
      // Cut off within a value.
      ['{"value":"own', false],
    ] as const
  ) {
    const safe = observed.replace(/("value"\s*:\s*).*?(\}?)$/i, '$1"[not shown]"$2');
    assertEquals(withoutForeignValues(observed, known), kept ? observed : safe);
  }
});
