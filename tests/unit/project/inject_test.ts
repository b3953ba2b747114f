/** Templates of kca inject: their places, and values in quotes. */
import { assertEquals, assertThrows } from "@std/assert";
import { execFileSync } from "node:child_process";
import process from "node:process";
import { CommandError } from "../../../cli/exit_codes.ts";
import { escaped, type Language, quotesAt } from "../../../cli/inject/escape.ts";
import { parseParts } from "../../../cli/inject/template.ts";
import { test } from "../../harness.ts";

test("parseParts() finds placeholders with their lines, and ignores other braces", () => {
  const other = "{{ .Values.x }}\n{% if kca %}{{kca}}{{ config: NAME }}${KCA:NAME}{kca:NAME}\n";
  assertEquals(parseParts(other), [other]);
  assertEquals(parseParts("a {{ kca:A }}\n{{kca:B}}x"), [
    "a ",
    { secret: "A", line: 1 },
    "\n",
    { secret: "B", line: 2 },
    "x",
  ]);
  const secret = (target: string, service = "app") => ({ service, target });
  assertEquals(parseParts('x: "kca://app/p:d:KEY"\nu=pg://kca://app/U:kca://app/P@h'), [
    'x: "',
    { secret: secret("p:d:KEY"), line: 1 },
    '"\nu=pg://',
    { secret: secret("U"), line: 2 },
    ":",
    { secret: secret("P"), line: 2 },
    "@h",
  ]);
  assertEquals(parseParts("[kca://my%20app/a%2Fb,kca://b/c]").length, 5);
  assertEquals(parseParts(""), []);
});

test("parseParts() refuses malformed placeholders, with their line", () => {
  for (
    const bad of [
      "{{ kca:A | upper }}",
      "{{ kca: }}",
      "{{ kca:a-b }}",
      "{{ kca:A\nmore text",
      "{{ kca:A }\n",
      "kca://app",
      "x kca://app/ y",
      "kca://app/%zz",
    ]
  ) assertThrows(() => parseParts(`\n\n${bad}\n`), CommandError, "Line 3 ");
});

const VALUES = [
  "plain",
  'a"b\\c',
  "it's $HOME `id` !x",
  "two\nlines\r\n",
  "\u2028\u0085\u0007\t",
  "",
];

test("escaped() gives a value back in JSON, YAML and a shell, in each kind of quotes", () => {
  const lines: [Language, string, string][] = [
    ["json", '{"a": ', "}"],
    ["json", '{"it\'s": "', '"}'],
    ["json", '{"a\\"b": "', '"}'],
    ["yaml", "a: ", ""],
    ["yaml", '"b": "', '"'],
    ["yaml", "a: '", "'"],
    ["shell", "A=", ""],
    ["shell", 'A="', '"'],
    ["shell", "A='", "'"],
    ["shell", "A=\\'", ""],
  ];
  for (const [language, before, after] of lines) {
    for (const value of VALUES) {
      const text = escaped(value, language, quotesAt(before, language));
      if (text === undefined) {
        assertEquals([language, before.at(-1)], ["yaml", "'"]);
        assertEquals(["\n", "\u2028"].some((character) => value.includes(character)), true);
        continue;
      }
      const read = READERS[language];
      const prefix = before.endsWith("\\'") ? "'" : "";
      assertEquals(read(before + text + after), prefix + value, `${before}${text}${after}`);
    }
  }
});

const READERS: Readonly<Record<Language, (text: string) => string>> = {
  json: (text) => Object.values(JSON.parse(text))[0] as string,
  // Double quotes are JSON's with more escapes; single ones have one.
  yaml: (text) => {
    const [, value = ""] = /^[^:]+: (.*)$/s.exec(text) ?? [];
    return value.startsWith("'")
      ? value.slice(1, -1).replaceAll("''", "'")
      : JSON.parse(value) as string;
  },
  shell: (text) =>
    process.platform === "win32"
      ? (() => {
        throw new Error("no shell");
      })()
      : execFileSync("sh", ["-c", `${text}\nprintf %s "$A"`]).toString(),
};
