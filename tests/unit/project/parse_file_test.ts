import { assert, assertEquals, assertThrows } from "@std/assert";
import { located } from "../../../cli/project/locate.ts";
import { parseFile, parseText, ProjectFileError } from "../../../project/file/parse_file.ts";
import { test } from "../../harness.ts";

const VALID = `{
  "service": "app", "prefix": "p:{profile}:",
  "secrets": { "URL": { "description": "say \\"key\\": x" }, "PORT": { "default": "1" } },
  "profiles": { "dev": {} }
}`;

/** What is said about a text, behind the path. */
function complaint(text: string): string {
  const error = assertThrows(() => parseText(text, "/app/kca.json"), ProjectFileError);
  const { message } = located(text, error);
  assert(message.startsWith('Invalid "/app/kca.json"'), message);
  return message.slice('Invalid "/app/kca.json"'.length).replace(/\. Nothing was sent$/, "");
}

test("parseFile() reads a project, with a byte order mark or without", () => {
  for (const text of [VALID, `\ufeff${VALID}`]) {
    const project = parseFile(new TextEncoder().encode(text), "kca.json");
    assertEquals([...project.secrets.keys()], ["URL", "PORT"]);
    assertEquals(project.service, "app");
  }
});

test("a mistake in kca.json is reported with line and column", () => {
  const cases: [string, string, string][] = [
    ['"default": "1"', '"default": 1', ":3:70: secrets.PORT.default: expected a string"],
    ['"service": "app", ', "", ":1:1: service: expected a string"],
    ['"service": "app"', '"service": "a:b"', ':2:3: service: the name must not contain ":"'],
    [
      '"default": "1"',
      '"defualt": "1"',
      ":3:70: secrets.PORT.defualt: unknown key; expected one of description, target, optional, " +
      "generate, default, public",
    ],
    ['"URL"', '"LD_PRELOAD"', ":3:16: secrets.LD_PRELOAD: a variable of this name changes what"],
    ['"URL"', '"a.b"', ":3:16: secrets.a.b: a name consists of letters"],
    ['"dev": {}', '"dev": {}, "x y": {}', ':4:28: profiles."x y": a profile name consists of'],
    [
      '"dev": {}',
      '"dev": { "secrets": { "NO": {} } }',
      ':4:39: profiles.dev.secrets.NO: "secrets" declares no secret of this name',
    ],
    [
      '"dev": {}',
      '"dev": {}, "dev": {}',
      ':4:28: the key "dev" appears twice; remove one of the two',
    ],
    ['"PORT"', '"URL"', ':3:60: the key "URL" appears twice'],
    ['"default": "1"', '"default": "1", "default": "2"', ':3:86: the key "default" appears twice'],
    ['{ "dev": {} }', '{ "dev": {}, }', ":4:28: expected a key in double quotes"],
    ['"app",', '"app" /* mine */,', ":2:20: JSON has no comments; remove it"],
    ['"app",', '"app"', ":2:20: expected a comma between two entries"],
    ['"app",', '"app,', ":2:21: "],
  ];
  for (const [from, to, expected] of cases) {
    const said = complaint(VALID.replace(from, to));
    assertEquals(said.slice(0, expected.length), expected);
  }
  for (const text of ["", "null", "[]", '"x"', "{}", "7"]) complaint(text);
});

test("a kca.json that is hostile is refused, and its content is not quoted", () => {
  const secret = "marked-value-7731";
  const texts = [
    `${"[".repeat(300_000)}`,
    `${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}`,
    VALID.replace('"URL"', '"__proto__"'),
    VALID.replace('"URL"', '"toJSON"'),
    VALID.replace('"app"', `"app\\u001b[2J"`),
    VALID.replace("p:{profile}:", "p:{profile}:\\u202e"),
    VALID.replace("p:{profile}:", "p:{other}:"),
    VALID.replace("say", "\\u009b31m"),
    `{ "service": ${secret} }`,
    `{ "service": "app" "${secret}" }`,
  ];
  for (const text of texts) {
    const said = complaint(text);
    assert(!said.includes(secret), said);
    assert(said.length < 300, said.slice(0, 400));
    // deno-lint-ignore no-control-regex
    assert(!/[\0-\x1f\x7f-\x9f\u202e]/.test(said), JSON.stringify(said));
  }
  const long = new Uint8Array(1024 * 1024 + 1).fill(0x20);
  assertThrows(() => parseFile(long, "x"), ProjectFileError, "more than 1048576 bytes");
  assertThrows(() => parseFile(Uint8Array.of(0xff), "x"), ProjectFileError, "not UTF-8");
  assertEquals(({} as Record<string, unknown>)["URL"], undefined);
});
