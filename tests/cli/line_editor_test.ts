import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { LineEditor, pastedText } from "../../cli/terminal/line_editor.ts";
import { test } from "../harness.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Gives each chunk a while after the one before it. */
function typed(chunks: readonly (string | Uint8Array)[], pause = 200, most = 1_000): LineEditor {
  const editor = new LineEditor(most);
  let at = 0;
  for (const chunk of chunks) {
    editor.push(typeof chunk === "string" ? encoder.encode(chunk) : chunk, at += pause);
  }
  return editor;
}
const text = (editor: LineEditor): string => decoder.decode(editor.bytes);

test("LineEditor keeps a marked paste however it is cut into chunks", () => {
  const content = fc.string({
    unit: fc.constantFrom(..."a[201~\x1b\r\n\x15\x1aé€🔑"),
    maxLength: 30,
  });
  fc.assert(
    fc.property(
      content,
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
      (content, cuts) => {
        fc.pre(!content.includes("\x1b[201~"));
        const bytes = encoder.encode(`\x1b[200~${content}\x1b[201~\r`);
        const chunks: Uint8Array[] = [];
        for (let at = 0, index = 0; at < bytes.length; index++) {
          const length = cuts[index % cuts.length]!;
          chunks.push(bytes.subarray(at, at += length));
        }
        const editor = typed(chunks, 1);
        assertEquals([text(editor), editor.ending, editor.followed], [content, "enter", false]);
        assertEquals(editor.unclear, false);
      },
    ),
    { numRuns: 2_000 },
  );
});

test("LineEditor edits what is typed", () => {
  assertEquals(text(typed(["abc\x7f\x7fd"])), "ad");
  assertEquals(text(typed(["aé🔑", "\x7f", "\x08"])), "a");
  assertEquals(text(typed(["wrong", "\x15", "right"])), "right");
  assertEquals(text(typed(["one two  ", "\x17", "three"])), "one three");
  for (const key of ["\x1b[A", "\x1bOP", "\x1b[[A", "\x1b[3~", "\x1b[1;5C", "\x14", "\x1bx"]) {
    const editor = typed(["ab", key, "c"]);
    assertEquals([text(editor), editor.unclear], ["abc", false], JSON.stringify(key));
  }
  // A person pressed Escape, and typed on.
  assertEquals(text(typed(["ab", "\x1b", "[c"])), "ab[c");
});

test("LineEditor does not accept keys within text that arrived at once", () => {
  for (const chunk of ["red\x1b[31mtext", "a\x07b", "\x1bxab"]) {
    assertEquals(typed([chunk, "\r"]).unclear, true, JSON.stringify(chunk));
  }
  // A paste without its end.
  assertEquals(typed(["\x1b[200~abc\r"]).ending, undefined);
});

test("LineEditor says how the text ended, and whether input followed", () => {
  for (
    const [chunks, ending, followed, human] of [
      [["abc", "\r"], "enter", false, true],
      [["abc\r"], "enter", false, false],
      [["abc\r\n"], "enter", false, false],
      [["abc\r", "\n"], "enter", false, false],
      [["abc\r\r"], "enter", true, false],
      [["abc\n\n"], "enter", true, false],
      [["abc", "\r", "d"], "enter", true, false],
      [["abc", "\x03"], "cancel", false, true],
      [["abc\x04"], "cancel", false, false],
      [["\x1c"], "quit", false, true],
      [["\x1a", "x"], "suspend", true, false],
      [["\x1b[200~a\x03b"], "cancel", true, false],
    ] as const
  ) {
    const editor = typed(chunks);
    assertEquals(
      [editor.ending, editor.followed, editor.human],
      [ending, followed, human],
      JSON.stringify(chunks),
    );
  }
  assertEquals(typed(["abc", "\r"], 20).human, false);
});

test("LineEditor accepts exactly the longest text, typed or pasted", () => {
  for (const [begin, end] of [["", ""], ["\x1b[200~", "\x1b[201~"]] as const) {
    for (
      const [length, tooLong] of [[9, false], [10, false], [11, true], [17, true], [
        40,
        true,
      ]] as const
    ) {
      const editor = typed([`${begin}${"x".repeat(length)}${end}`, "\r"], 200, 10);
      assertEquals([editor.tooLong, editor.ending], [tooLong, "enter"], `${length}`);
      if (!tooLong) assertEquals(text(editor), "x".repeat(length));
    }
  }
});

test("pastedText() gives the lines that were copied", () => {
  assertEquals(pastedText("a\rb\r\nc\nd"), "a\nb\nc\nd");
  assertEquals(pastedText("a\rb\r"), "a\nb\n");
  assertEquals(pastedText("key\r"), "key");
  assertEquals(pastedText("\r"), "");
});
