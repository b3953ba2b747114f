import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Redactor } from "../../cli/run/redact.ts";
import { test } from "../harness.ts";

/** Says for each position whether any value covers it, by looking at every one. */
function naiveRedact(text: string, values: readonly string[]): string {
  const covered = new Array<boolean>(text.length).fill(false);
  for (const value of values.filter((value) => value !== "")) {
    for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + 1)) {
      covered.fill(true, at, at + value.length);
    }
  }
  let result = "";
  for (const [index, character] of [...text].entries()) {
    if (!covered[index]) result += character;
    else if (index === 0 || !covered[index - 1]) result += "[redacted]";
  }
  return result;
}

test("Redactor masks the same however the stream is cut", () => {
  const word = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 6 });
  fc.assert(
    fc.property(
      fc.array(word, { maxLength: 4 }),
      fc.array(fc.string({ unit: fc.constantFrom("a", "b", "c", " "), maxLength: 9 })),
      (values, chunks) => {
        const redactor = new Redactor(values);
        const decoder = new TextDecoder();
        const output = chunks.map((chunk) =>
          decoder.decode(redactor.push(new TextEncoder().encode(chunk)))
        );
        const all = output.join("") + decoder.decode(redactor.end());
        assertEquals(all, naiveRedact(chunks.join(""), values));
      },
    ),
    { numRuns: 1_000 },
  );
});

test("Redactor holds back no more than may be the beginning of a value", () => {
  const redactor = new Redactor(["secret"]);
  const push = (text: string): string =>
    new TextDecoder().decode(redactor.push(new TextEncoder().encode(text)));
  assertEquals(push("Name? "), "Name? ");
  assertEquals(push("the sec"), "the ");
  assertEquals(push("ond"), "second");
  assertEquals(push("x".repeat(100_000)).length, 100_000);
});

test("Redactor takes linear time also for a value that matches at every byte", () => {
  const redactor = new Redactor(["a".repeat(60_000)]);
  const began = performance.now();
  const output = redactor.push(new Uint8Array(600_000).fill(97));
  assertEquals(new TextDecoder().decode(output) + redactor.end().length, "[redacted]0");
  assert(performance.now() - began < 20_000);
});
