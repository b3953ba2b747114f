import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { CommandError } from "../../cli/exit_codes.ts";
import { environmentOf } from "../../cli/run/environment.ts";
import { checkEnvironment, limitsOf, parseStack } from "../../cli/run/limits.ts";
import { Redactor } from "../../cli/run/redact.ts";
import { parseTemplate } from "../../cli/run/references.ts";
import { isAtFront } from "../../cli/run/signals.ts";
import { shellWord } from "../../src/shell_word.ts";
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
  /** How long so many bytes take, at best, because the machine has other work to do. */
  const best = (size: number): number =>
    Math.min(...Array.from({ length: 5 }, () => {
      const redactor = new Redactor(["a".repeat(size)]);
      const began = performance.now();
      const output = redactor.push(new Uint8Array(size * 10).fill(97));
      assertEquals(new TextDecoder().decode(output) + redactor.end().length, "[redacted]0");
      return performance.now() - began;
    }));
  // Sixteen times as much takes 256 times as long where it is compared at every byte.
  const ratio = best(64_000) / best(4_000);
  assert(ratio < 100, `${ratio} times as long`);
});

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

test("checkEnvironment() knows the limits of Linux, macOS and Windows", () => {
  assertEquals(limitsOf("linux"), { unit: "bytes", variable: 131_072, total: 2_097_152 });
  assertEquals(limitsOf("linux", Number.MAX_SAFE_INTEGER).total, 6_291_456);
  assertEquals(limitsOf("linux", 100_000).total, 131_072);
  assertEquals(
    parseStack("Max stack size            8388608              unlimited  bytes"),
    8388608,
  );
  const check = (env: Record<string, string>, system: "linux" | "windows"): void =>
    checkEnvironment(["x"], env, () => limitsOf(system));
  check({ A: "x".repeat(131_069) }, "linux");
  assertThrows(() => check({ A: "x".repeat(131_070) }, "linux"), CommandError, "131073 bytes");
  const words = Array.from({ length: 30 }, () => "y".repeat(100_000));
  assertThrows(
    () => checkEnvironment(words, { A: "x".repeat(50_000) }, () => limitsOf("linux")),
    CommandError,
    "The arguments take 3000270 bytes",
  );
  // Windows counts the characters of UTF-16, of which this is one and Linux takes three bytes for.
  check({ A: "€".repeat(32_764) }, "windows");
  assertThrows(() => check({ A: "€".repeat(32_765) }, "windows"), CommandError, "32768 characters");
});

test("isAtFront() reads the groups of proc(5), whatever the program is called", () => {
  assertEquals(isAtFront("12 (a) b) c) S 1 40 40 34816 40 4194304 1"), true);
  assertEquals(isAtFront("12 (sh) S 1 40 40 34816 50 4194304 1"), false);
  assertEquals(isAtFront("12 (sh) S 1 40 40 0 -1 4194304 1"), false);
});

test("environmentOf() knows that Windows takes names of either case for one", () => {
  const of = (
    secrets: Record<string, string>,
    system: "linux" | "windows",
    flags: { inherit?: boolean; override?: boolean } = {},
  ) => {
    const own = { Path: "own", SystemRoot: "C:", "=C:": "C:\\there", OTHER: "1" };
    const given = Object.entries(secrets);
    return environmentOf({ secrets: given, own, inherit: true, override: true, ...flags }, system);
  };
  assertEquals(of({ PATH: "secret" }, "windows"), { PATH: "secret", SystemRoot: "C:", OTHER: "1" });
  assertEquals(of({ PATH: "secret" }, "windows", { override: false }), {
    Path: "own",
    SystemRoot: "C:",
    OTHER: "1",
  });
  assertEquals(of({ path: "secret" }, "linux").Path, "own");
  assertEquals(of({ path: "secret" }, "linux").path, "secret");
  // Without these two nothing starts there.
  assertEquals(of({ A: "1" }, "windows", { inherit: false }), {
    A: "1",
    Path: "own",
    SystemRoot: "C:",
  });
  assertEquals(of({ A: "1" }, "linux", { inherit: false }), { A: "1" });
  assertEquals(of({ a: "1", A: "2" }, "linux", { inherit: false }), { a: "1", A: "2" });
  const both = assertThrows(() => of({ a: "1st", A: "2nd" }, "windows"), CommandError);
  assertEquals(
    both.message,
    '"a" and "A" are one variable on Windows. Leave one out with --only. Nothing was started',
  );
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
