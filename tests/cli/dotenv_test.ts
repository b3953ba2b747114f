import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import dotenv from "dotenv";
import fc from "fast-check";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseDotenv } from "../../cli/dotenv.ts";
import { CommandError } from "../../cli/exit_codes.ts";
import { fixtureCommand, test } from "../harness.ts";
import { daemonWith, kca, posix, SERVICE, temporaryFolder } from "../support/kca.ts";

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

test("parseDotenv() keeps names with a meaning in JavaScript", () => {
  const names = ["__proto__", "constructor", "toString", "hasOwnProperty"];
  const read = parseDotenv(names.map((name) => `${name}='v of ${name}'\n`).join(""), "f");
  assertEquals([...read], names.map((name) => [name, `v of ${name}`]));
});

test("kca takes __proto__ from files and gives it to its program", async () => {
  await using daemon = await daemonWith({});
  using folder = temporaryFolder();
  const at = (name: string): string => join(folder.path, name);
  writeFileSync(at("a"), "__proto__=alpha\n");
  writeFileSync(at("b.JSON"), '\uFEFF{"__proto__": "beta", "B": "\\"__proto__\\": x"}');
  const run = await kca(daemon, ["run", "--dotenv", at("a"), "--", "env"]);
  assertStringIncludes(run.stdout, "__proto__=alpha\n");
  assertEquals((await kca(daemon, ["set", "--file", at("a")])).stdout, "__proto__\n");
  assertEquals(
    (await kca(daemon, ["get", "__proto__", "--json"])).stdout,
    '{\n  "__proto__": "alpha"\n}\n',
  );
  assertEquals((await kca(daemon, ["set", "--file", at("b.JSON")])).code, 0);
  assertEquals((await kca(daemon, ["get", "__proto__", "B"])).stdout, 'beta\n"__proto__": x\n');
}, { skip: !posix });

test("kca set --file reads files as editors on every system write them", async () => {
  await using daemon = await daemonWith({});
  using folder = temporaryFolder();
  const utf16 = (text: string): Uint8Array =>
    new Uint8Array(new Uint16Array([...`\uFEFF${text}`].map((c) => c.charCodeAt(0))).buffer);
  const dotenv = "A=ä\r\nB='two\r\nlines'\r\n";
  const json = '{\r\n  "A": "ä",\r\n  "B": "two\\nlines"\r\n}\r\n';
  for (const [name, text] of [[".env", dotenv], ["a.json", json]] as const) {
    for (const content of [text, `\uFEFF${text}`, utf16(text)]) {
      writeFileSync(join(folder.path, name), content);
      const { code, stderr } = await kca(daemon, ["set", "--file", join(folder.path, name)]);
      assertEquals([code, stderr], [0, ""]);
      assertEquals(daemon.secrets(SERVICE), { A: "ä", B: "two\nlines" });
    }
  }
});

test("kca set --file refuses a name that a JSON file holds twice", async () => {
  await using daemon = await daemonWith({});
  using folder = temporaryFolder();
  const file = join(folder.path, "a.json");
  writeFileSync(file, '{"A": "leaked", "B": "A", "\\u0041": "leaked"}');
  const { code, stderr } = await kca(daemon, ["set", "--file", file]);
  assertEquals([code, daemon.secrets(SERVICE)], [2, {}]);
  assertStringIncludes(stderr, '"A" appears twice');
  assert(!stderr.includes("leaked"), stderr);
});

test("parseDotenv() names lines that dotenv would drop or truncate, and no value", () => {
  for (
    const [lines, message] of [
      [["A=1", "s3cret"], "f, line 2 is neither"],
      [["A=1", "s3cret", "B=2"], "f, line 2 is neither"],
      [["A=1", "", "B C=s3cret"], "f, line 3 is neither"],
      [["# x", "pässwort=s3cret"], "f, line 2 is neither"],
      [["KEY=-----BEGIN", "s3cret", "-----END"], "f, line 2 is neither"],
      [["A=1", "B=s3c#ret"], 'f, line 2: the value of "B" would be cut at #'],
      [["A=#s3cret"], 'f, line 1: the value of "A" would be cut at #'],
      [["A=x", "", 'B="s3cret', "C=1"], 'f, line 3: the value of "B" begins with "'],
      [["A=s3c", "B=1", "export A=ret"], 'f, line 3: the value of "A" appears a second time'],
      [["A='s3' cret"], `f, line 1: the value of "A" begins with '`],
      [['A="s3" cret # x'], 'f, line 1: the value of "A" begins with "'],
    ] as const
  ) {
    const error = assertThrows(() => parseDotenv(lines.join("\n"), "f"), CommandError, message);
    assert(!/s3c|cret/.test(error.message), error.message);
  }
});

test("parseDotenv() reads any text as dotenv does, or refuses it", () => {
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
      assertEquals(read.size, Object.keys(dotenv.parse(text)).length);
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
