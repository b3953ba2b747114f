/** Changes in JSON files that people have formatted. */
import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { changedJson, type JsonChange, putFile } from "../../cli/edit_file.ts";
import { CommandError } from "../../cli/exit_codes.ts";
import { replaceFile } from "../../cli/replace_file.ts";
import { test } from "../harness.ts";
import { posix, temporaryFolder } from "../support/kca.ts";

test("changedJson() changes nothing else", () => {
  const added: JsonChange = [["secrets", "NEW"], { optional: true }];
  const cases: [before: string, after: string][] = [
    [
      '{\n\t"secrets": {\n\t\t"A": { "optional": true }, "B": {}\n\t},\n\t"service": "s"\n}\n',
      '{\n\t"secrets": {\n\t\t"A": { "optional": true }, "B": {},\n\t\t"NEW": {\n\t\t\t' +
      '"optional": true\n\t\t}\n\t},\n\t"service": "s"\n}\n',
    ],
    [
      '{\r\n    "secrets": {}\r\n}',
      '{\r\n    "secrets": {\r\n        "NEW": {\r\n            "optional": true\r\n        }\r\n' +
      "    }\r\n}",
    ],
    [
      '{\n  "service": "s"\n}\n',
      '{\n  "service": "s",\n  "secrets": {\n    "NEW": {\n      ' +
      '"optional": true\n    }\n  }\n}\n',
    ],
    [
      '\ufeff{"secrets":{"A":{}},"service":"s"}\n',
      '\ufeff{"secrets":{"A":{}, "NEW": {"optional":true}},"service":"s"}\n',
    ],
    ['{ "secrets": {} }', '{ "secrets": { "NEW": {"optional":true} } }'],
    [
      '{\n  "secrets": { "A": {} }\n}',
      '{\n  "secrets": { "A": {}, "NEW": {"optional":true} }\n}',
    ],
  ];
  for (const [before, after] of cases) {
    assertEquals(changedJson(before, [added]), after);
    const read = (text: string) => JSON.parse(text.replace("\ufeff", ""));
    assertEquals(read(after).secrets.NEW, { optional: true });
  }
  assertEquals(
    changedJson('{ // why\n  "tasks": { "a": "x", },\n}', [[["tasks", "a"], "kca run -- x"]]),
    '{ // why\n  "tasks": { "a": "kca run -- x", },\n}',
  );
  assertEquals(
    changedJson('{"a":{"b":1}}', [[["a", "b"], 2], [["a", "c", "d"], 3]]),
    '{"a":{"b":2, "c": {"d":3}}}',
  );
});

test("putFile() writes a new file, and replaces one only if it has not changed", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "kca.json");
  const content = (): string => readFileSync(path, "utf8");
  const refused = (before: string | undefined, at = path): string => {
    const error = assertThrows(() => putFile(at, before, "new"), CommandError);
    assertEquals(error.exitCode, 5);
    return error.message;
  };
  putFile(path, undefined, "one");
  assertEquals(content(), "one");
  assertStringIncludes(refused(undefined), "it already exists (EEXIST)");
  assertStringIncludes(refused("another"), "was changed by another program in the meantime");
  assertStringIncludes(refused("x", join(folder.path, "none", "x")), "ENOENT");
  assertEquals(content(), "one");
  // Whoever may read it may go on reading it, and nobody else.
  const mode = 0o640;
  writeFileSync(path, "two", { mode });
  const before = statSync(path).mode;
  putFile(path, "two", "three");
  assertEquals([content(), statSync(path).mode], ["three", before]);
  assertEquals(readdirSync(folder.path), ["kca.json"]);
});

test("replaceFile() leaves no temporary file when it fails", () => {
  using folder = temporaryFolder();
  const inTheWay = join(folder.path, "folder");
  writeFileSync(join(folder.path, "x"), "");
  assertThrows(() => replaceFile(join(folder.path, "x", "y"), "new", 0o600));
  const path = join(folder.path, "file");
  replaceFile(path, "one", 0o640);
  assertEquals(readFileSync(path, "utf8"), "one");
  if (posix) assertEquals(statSync(path).mode & 0o777, 0o640);
  mkdirSync(join(inTheWay, "inner"), { recursive: true });
  assertThrows(() => replaceFile(inTheWay, "new", 0o600));
  assertEquals(readdirSync(folder.path).sort(), ["file", "folder", "x"]);
});
