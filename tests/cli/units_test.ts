import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import type { Command, Flags } from "../../cli/command_line/command.ts";
import { helpOn } from "../../cli/command_line/help.ts";
import { parse } from "../../cli/command_line/parse.ts";
import { wrap, wrapCommand, wrapUsage } from "../../cli/command_line/wrap.ts";
import { get } from "../../cli/commands/get.ts";
import { CommandError } from "../../cli/exit_codes.ts";
import { decode } from "../../cli/files.ts";
import type { Draft } from "../../cli/import/draft.ts";
import { targetsOf as importTargets } from "../../cli/import/plan.ts";
import { readAsBun } from "../../cli/import/read_bun.ts";
import type { ImportSource } from "../../cli/import/source.ts";
import { parseParts } from "../../cli/inject/template.ts";
import { readFileByLibc } from "../../cli/libc/files.ts";
import type { Libc } from "../../cli/libc/libc.ts";
import { NUMBERS } from "../../cli/libc/symbols.ts";
import { located } from "../../cli/project/locate.ts";
import { planFor, targetsOf, type Wishes } from "../../cli/run/plan.ts";
import { parseTemplate } from "../../cli/run/references.ts";
import { refusePower } from "../../cli/variable_names.ts";
import { ProjectFileError } from "../../project/file/parse_file.ts";
import { shellFlag, shellWord } from "../../src/errors/shell_word.ts";
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
  const colon = 'N refers to a service whose name contains ":"';
  assertThrows(() => parseTemplate("kca://a%3Ab/x", "N"), CommandError, colon);
});

test("--map takes a reference as a whole, and none with text or another behind it", () => {
  const mapped = (target: string): unknown =>
    planFor({ prefixes: [], maps: [`A=${target}`], files: [], only: undefined, service: () => "S" })
      .templates.get("A");
  assertEquals(mapped("kca://app/a:b"), [{ service: "app", target: "a:b" }]);
  for (const target of ["kca://app/U@h", "kca://app/U kca://app/V", "kca://app"]) {
    assertThrows(() => mapped(target), CommandError, "kca://SERVICE/TARGET");
  }
});

test("planFor() sorts what is wanted, and refuses what is not well-formed", () => {
  const plan = (wishes: Partial<Wishes>) =>
    planFor({
      prefixes: [],
      maps: [],
      files: [],
      only: undefined,
      service: () => "App",
      ...wishes,
    });
  assertThrows(() => plan({}), CommandError, "Nothing to read");
  for (const map of ["A", "=t", "A=", "="]) {
    assertThrows(() => plan({ maps: [map] }), CommandError, "--map expects NAME=TARGET");
  }
  const files = [new Map([["A", "kca://s/t"], ["B", "plain"]]), new Map([["A", "later"]])];
  const { prefixes, service, templates } = plan({ files, maps: ["C=kca://s/u", "D=x=y"] });
  assertEquals([prefixes, service], [[], undefined]);
  assertEquals(Object.fromEntries(templates), {
    A: ["later"],
    B: ["plain"],
    C: [{ service: "s", target: "u" }],
    D: [{ service: "App", target: "x=y" }],
  });
  const some = plan({ prefixes: ["p:", "q:"], files, only: ["A", "E"] });
  assertEquals([some.service, [...some.templates.keys()]], ["App", ["A"]]);
  // Later prefixes win, and what a file or a map gives is not read.
  assertEquals([...targetsOf(some)], [["App", new Set(["p:E", "q:E"])]]);
  assertEquals([...targetsOf(plan({ prefixes: ["p:"], maps: ["A=t"] }))], [[
    "App",
    new Set(["t"]),
  ]]);
});

test("readAsBun() takes a word before a name for export alone, and a colon before a blank", () => {
  const text = "A B=1\nexport C=1\nexport=2\nD : x\nE: y\nF:z\nexport\tG = 3\nexport H\n" +
    "export I J=4\n=5\nK";
  // What Bun 1.4 makes of it.
  assertEquals(Object.fromEntries(readAsBun(text, () => undefined)), {
    C: "1",
    export: "2",
    D: "x",
    E: "y",
    G: "3",
  });
});

test("targetsOf() of an import refuses two values for one target", () => {
  const of = (values: Record<string, string>, ...plain: string[]): unknown[] => {
    const variables = new Map(Object.entries(values));
    const secrets = ["A", "B", "C"].map((name) => ({ name, target: name === "C" ? "c" : "one" }));
    const draft = { needs: { secrets } } as unknown as Draft;
    const source = { variables } as unknown as ImportSource;
    return [...importTargets(source, draft, new Set(plain))];
  };
  assertEquals(of({ A: "1", B: "1", OTHER: "2" }), [["one", { name: "B", value: "1" }]]);
  assertEquals(of({ A: "1", B: "2", C: "" }, "B").length, 2);
  const message = '"A" and "B" have different values, and the project keeps both in "one"';
  assertThrows(() => of({ A: "1", B: "2" }), CommandError, message);
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
      ["\x1b'\u202e\n", "$'\\033\\'\\342\\200\\256\\012'", '"\x1b\'\u202e\n"'],
      ["$env:A", "'$env:A'", "'$env:A'"],
      ["`it's", `'\`it'\\''s'`, "'`it''s'"],
      ["\u201cit\u2019s", "'\u201cit\u2019s'", "'\u201cit\u2019\u2019s'"],
      ["", "''", '""'],
    ] as const
  ) {
    assertEquals(shellWord(word, false), posix);
    assertEquals(shellWord(word, true), windows);
  }
});

test("shellFlag() writes a value that looks like a flag after =", () => {
  assertEquals(shellFlag("service", "my app", false), "--service 'my app'");
  assertEquals(shellFlag("service", "-x y", false), "--service='-x y'");
  assertEquals(parse("get", get, ["--service=-x y", "A"]).flags.service, "-x y");
});

test("wrap() breaks at blanks, keeps every word, and never splits text in backticks", () => {
  assertEquals(wrap("ab cd ef", 5), "ab cd\nef");
  assertEquals(wrap("ab cd ef", 4), "ab\ncd\nef");
  assertEquals(wrap("  ab cd ef", 8, 1), "  ab cd\n   ef");
  assertEquals(wrap("type `kca run x` now", 8), "type\n`kca run x`\nnow");
  assertEquals(
    wrapUsage("kca run [--prefix P] COMMAND", 14, 2),
    "  kca run\n      [--prefix P]\n      COMMAND",
  );
  assertEquals(
    wrapCommand("kca set 'a b' --service S x", 12, 0),
    "kca set \\\n  'a b' \\\n  --service S \\\n  x",
  );
});

test("helpOn() shows each flag with its value and description", () => {
  const value = { kind: "value", value: "X", about: "About" } as const;
  const flags: Flags = {
    one: value,
    outFile: { ...value, letter: "o", required: true },
    format: { ...value, choices: ["a", "b"], list: true, required: true },
    need: { ...value, choices: ["a"], list: "," },
    bare: { ...value, bare: "y" },
    yes: { kind: "switch", about: "Yes", letter: "y" },
    colour: { kind: "switch", about: "No colours", on: true },
  };
  const docs = { usage: ["A"], text: ["Text."], examples: ["kca x A"] };
  const help = (flags: Flags, width: number): string =>
    helpOn("x", { about: "does x" }, { flags, docs } as unknown as Command, width);
  assertEquals(
    help(flags, 80),
    `kca x: does x

USAGE
  kca x A

Text.

FLAGS
  --one X           About
  -o, --out-file X  About (required)
  --format X        About (a, b; required; repeatable)
  --need X          About (a)
  --bare[=X]        About
  -y, --yes         Yes
  --no-colour       No colours

EXAMPLES
  kca x A
`,
  );
  assertStringIncludes(help(flags, 60), "  --one X           About\n");
  assertStringIncludes(help(flags, 59), "  --one X\n      About\n");
  // A long one does not push the others to the right edge.
  const long = { ["l".repeat(40)]: value, one: value };
  assertStringIncludes(help(long, 80), `  --one X${" ".repeat(19)}About\n`);
  assertEquals(/FLAGS|\n\n\n/.exec(help({}, 80)), null);
});

test("readFileByLibc() reads a file of any length, and closes it whatever happens", () => {
  const content = Uint8Array.from({ length: 20_000 }, (_, index) => index % 251);
  const read = (pieces: number[]): { open: number; read: () => Uint8Array } => {
    let at = 0;
    const seen = { open: 0, read: () => readFileByLibc(libc, "/proc/1/environ") };
    const libc: Libc = {
      numbers: NUMBERS.linux,
      addressOf: () => 0n,
      errno: () => 5,
      call(name, _fd, into, size) {
        if (name === "open") return ++seen.open;
        if (name === "close") return --seen.open;
        const count = Math.min(pieces.shift() ?? Infinity, Number(size), content.length - at);
        if (count < 0) return -1;
        (into as Uint8Array).set(content.subarray(at, at += count));
        return count;
      },
    };
    return seen;
  };
  const whole = read([1, 8_191, 100]);
  assertEquals(whole.read(), content);
  assertEquals(whole.open, 0);
  const broken = read([100, -1]);
  assertThrows(broken.read, Error, "errno 5");
  assertEquals(broken.open, 0);
});

test("decode() refuses what is not UTF-8", () => {
  assertEquals(decode(Uint8Array.of(0xef, 0xbb, 0xbf, 0xc3, 0xbc), "It"), "\ufeffü");
  assertThrows(() => decode(Uint8Array.of(0x61, 0xff), "It"), CommandError, "It is not UTF-8");
});

test("parseParts() names the line of an unclosed placeholder", () => {
  for (
    const [text, line] of [["{{ kca:A", 1], ["\n{{ kca:\nA }} {{ kca:B }}\n\n{{ kca:C", 5]] as const
  ) {
    assertThrows(() => parseParts(text), CommandError, `Line ${line} `);
  }
});

test("parseParts() takes linear time for a long word, and treats a word before a placeholder as text", () => {
  const word = "x".repeat(1_000_000);
  assertEquals(parseParts(word), [word]);
  assertEquals(parseParts("http://kca://app/host:8080"), [
    "http://",
    { secret: { service: "app", target: "host" }, line: 1 },
    ":8080",
  ]);
});

test("refusePower() quotes names that were chosen to be pasted", () => {
  const refused = (): void => refusePower(["LD_$(id)", "PATH"], [], "Nothing was done");
  assertThrows(refused, CommandError, "`--allow-name 'LD_$(id),PATH'`");
});

test("parse() refuses unknown letters, even combined with known ones", () => {
  assertEquals(parse("get", get, ["-n", "x"]).flags.noNewline, true);
  for (const letters of ["-z", "-nz", "-zn"]) {
    const message = "Argument 1 is not a flag of kca get";
    assertThrows(() => parse("get", get, [letters, "x"]), CommandError, message);
  }
});

test("located() finds the line and column of a mistake, as an editor counts", () => {
  const place = (text: string, key?: string): string =>
    located(text, new ProjectFileError("kca.json", "it is wrong", key)).message;
  const spec = '{\n  "secrets": {\n    "ä": 1, "PORT": {"default": 1}\n  }\n}';
  assertStringIncludes(place(spec, "secrets.PORT.default"), ":3:22");
  assertStringIncludes(place(spec, "secrets.PORT"), ":3:13");
  // What is missing is missing in what should have it.
  assertStringIncludes(place(spec, "secrets.PORT.target"), ":3:13");
  assertStringIncludes(place(spec, "secrets.OTHER"), ":2:3");
  assertStringIncludes(place(spec, "service"), ":1:1");
  for (
    const [text, problem] of [
      ['{"a": 1,}', "JSON has no comma after the last entry"],
      ['{"a": 1 "b": 2}', "expected a comma between two entries"],
      ["{ // why\n}", "JSON has no comments"],
      ['{"a" 1}', "expected a colon after the key"],
      ['{"a": 1', "a closing brace is missing"],
    ] as const
  ) {
    assertStringIncludes(place(text), problem);
  }
});

test("located() finds a repeated key at any depth", () => {
  const place = (text: string): string =>
    located(text, new ProjectFileError("kca.json", "it is wrong")).message;
  assertStringIncludes(place('{"a": 1, "b": {"c": 1,\n "d": 2, "c": 3}}'), ":2:10");
  assertStringIncludes(place('{"a": {"x": 1}, "b": [{"c": 1, "c": 3}]}'), '"c" appears twice');
  assertStringIncludes(place('{"a": {"c": 1}, "b": {"c": 1}}'), "it is wrong");
});
