import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import dotenv from "dotenv";
import fc from "fast-check";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseDotenv } from "../../cli/dotenv.ts";
import { CommandError } from "../../cli/exit_codes.ts";
import { fixtureCommand, test } from "../harness.ts";
import { daemonWith, kca, SERVICE, temporaryFolder } from "../support/kca.ts";

test("parseDotenv() reads what dotenv reads", () => {
  const text = [
    "\uFEFF# comment",
    "A=1",
    "  export B='two # words'  # why",
    'C="x\\ny#z"#w',
    "D=plain value # comment",
    "E= # nothing",
    "F=",
    'G="-----BEGIN',
    "a#b",
    '-----END"',
    "H: yaml",
    'I=`it\'s "so"`',
    "J='it's'",
    "",
    "  # last",
  ];
  const expected = {
    ...{ A: "1", B: "two # words", C: "x\ny#z", D: "plain value", E: "", F: "" },
    ...{ G: "-----BEGIN\na#b\n-----END", H: "yaml", I: 'it\'s "so"', J: "it's" },
  };
  assertEquals(Object.fromEntries(parseDotenv(text.join("\n"), "f")), expected);
  assertEquals(Object.fromEntries(parseDotenv(text.join("\r\n"), "f")), expected);
});

test("parseDotenv() names the line of what dotenv would drop or cut, and no value", () => {
  for (
    const [lines, message] of [
      [["A=1", "s3cret"], "f, line 2 is neither"],
      [["A=1", "", "B C=s3cret"], "f, line 3 is neither"],
      [["# x", "pässwort=s3cret"], "f, line 2 is neither"],
      [["KEY=-----BEGIN", "s3cret", "-----END"], "f, line 2 is neither"],
      [["A=1", "B=s3c#ret"], 'f, line 2: the value of "B" would be cut at #'],
      [["A=#s3cret"], 'f, line 1: the value of "A" would be cut at #'],
      [["A=x", "", 'B="s3cret', "C=1"], 'f, line 3: the value of "B" begins with "'],
      [["A='s3' cret"], `f, line 1: the value of "A" begins with '`],
      [['A="s3" cret # x'], 'f, line 1: the value of "A" begins with "'],
    ] as const
  ) {
    const error = assertThrows(() => parseDotenv(lines.join("\n"), "f"), CommandError, message);
    assert(!/s3c|cret/.test(error.message), error.message);
  }
});

test("parseDotenv() gives what dotenv gives, or refuses, whatever the text", () => {
  const text = fc.string({ unit: fc.constantFrom(..."AB=#'\"` \n\\:x"), maxLength: 40 });
  fc.assert(
    fc.property(text, (text) => {
      let read: Map<string, string>;
      try {
        read = parseDotenv(text, "f");
      } catch (error) {
        return error instanceof CommandError;
      }
      assertEquals(Object.fromEntries(read), { ...dotenv.parse(text) });
      // Whatever is neither blank nor a comment has become of a variable.
      const lines = text.split("\n").filter((line) => /^\s*[^\s#]/.test(line));
      return read.size > 0 || lines.length === 0;
    }),
    { numRuns: 5_000 },
  );
});

test("kca stores nothing and starts nothing when a line of a dotenv file would be lost", async () => {
  await using daemon = await daemonWith({});
  using folder = temporaryFolder();
  const [file, mark] = [join(folder.path, ".env"), join(folder.path, "started")];
  writeFileSync(file, "A=1\nPASSWORD=hunter#2\n");
  const program = fixtureCommand("program", { args: ["touch", mark] });
  for (const args of [["set", "--file", file], ["run", "--dotenv", file, "--", ...program]]) {
    const { code, stdout, stderr } = await kca(daemon, args);
    assertEquals([code, stdout], [2, ""]);
    assertStringIncludes(stderr, 'line 2: the value of "PASSWORD"');
    assert(!stderr.includes("hunter"), stderr);
  }
  assertEquals(daemon.secrets(SERVICE), {});
  assert(!existsSync(mark));
});
