import { assertEquals, assertThrows } from "@std/assert";
import { CommandError } from "../../cli/exit_codes.ts";
import { parseTemplate } from "../../cli/run/references.ts";
import { shellWord } from "../../src/errors/shell_word.ts";
import { test } from "../harness.ts";

test("parseTemplate() finds references and refuses what only looks like one", () => {
  const reference = (service: string, target: string) => ({ service, target });
  assertEquals(parseTemplate("plain", "N"), ["plain"]);
  assertEquals(parseTemplate("kca://app/a:b:C/d", "N"), [reference("app", "a:b:C/d")]);
  assertEquals(parseTemplate("kca://my%20app/a%2Fb", "N"), [reference("my app", "a/b")]);
  assertEquals(parseTemplate("x kca://app/U:kca://app/P@h", "N"), [
    "x ",
    reference("app", "U"),
    ":",
    reference("app", "P"),
    "@h",
  ]);
  for (const bad of ["kca://app", "kca://app/", "kca:///x", "kca://app/%zz", "a kca://app/%ff b"]) {
    assertThrows(() => parseTemplate(bad, "N"), CommandError, "kca://SERVICE/TARGET");
  }
});

test("shellWord() quotes what a shell would take apart", () => {
  for (
    const [word, posix, windows] of [
      ["/usr/bin/deno", "/usr/bin/deno", "/usr/bin/deno"],
      ["C:\\bun.exe", "'C:\\bun.exe'", "C:\\bun.exe"],
      ["C:\\My Apps (x86)\\a.exe", "'C:\\My Apps (x86)\\a.exe'", '"C:\\My Apps (x86)\\a.exe"'],
      ["it's", `'it'\\''s'`, `"it's"`],
      ['a "b" \\', `'a "b" \\'`, '"a \\"b\\" \\\\"'],
      ["a&b", "'a&b'", '"a&b"'],
      ["", "''", '""'],
    ] as const
  ) {
    assertEquals(shellWord(word, false), posix);
    assertEquals(shellWord(word, true), windows);
  }
});
