/** Changes in JSON files that people have formatted. */
import { assertEquals } from "@std/assert";
import { changedJson, type JsonChange } from "../../cli/edit_file.ts";
import { test } from "../harness.ts";

test("changedJson() leaves all as it is but what it changes", () => {
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
