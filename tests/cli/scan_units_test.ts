/** What `kca scan` looks for, and how it tells what it found. */
import { assertEquals } from "@std/assert";
import { pathOf, readerOf, textOf, within } from "../../cli/scan/files.ts";
import {
  jsonOfFindings,
  leftOut,
  summaryOf,
  textOfFindings,
  unreadOf,
} from "../../cli/scan/report.ts";
import type { Scan } from "../../cli/scan/scan.ts";
import { type Sought, soughtOf } from "../../cli/scan/sought.ts";
import type { Need, Needs } from "../../project/resolve.ts";
import { test } from "../harness.ts";

const bytes = (...list: number[]): Uint8Array => Uint8Array.from(list);

test("soughtOf() leaves out what is public, too short or a default, and joins equal values", () => {
  const need = (name: string, more: Partial<Need> = {}): Need =>
    ({ name, target: name, ...more }) as Need;
  const secrets = [
    need("A"),
    need("B"),
    need("PUBLIC", { public: true }),
    need("SHORT"),
    need("NONE"),
    need("NONE_WITH_DEFAULT", { default: "12345678" }),
    need("DEFAULT", { default: "a default value" }),
    need("OTHER", { default: "a default value" }),
  ];
  const all = ["dev", "prod"].map((profile) => ({ profile, secrets }) as unknown as Needs);
  const stored: Record<string, string> = {
    A: "one value of many",
    B: "one value of many",
    PUBLIC: "a public value",
    SHORT: "1234567",
    DEFAULT: "a default value",
    OTHER: "another value",
  };
  const profiles = ["dev", "prod"];
  const named = (name: string) => ({ name, profiles });
  assertEquals(soughtOf(all, ({ name }) => stored[name]), {
    values: [
      { value: "one value of many", secrets: [named("A"), named("B")] },
      { value: "another value", secrets: [named("OTHER")] },
    ],
    short: [named("SHORT")],
    missing: [named("NONE")],
  });
  const alone = [{ profile: undefined, secrets: [need("A")] } as unknown as Needs];
  assertEquals(soughtOf(alone, () => "12345678").values, [
    { value: "12345678", secrets: [{ name: "A", profiles: [] }] },
  ]);
});

const SOUGHT: Sought = {
  values: [
    { value: "hunter2-hunter2", secrets: [{ name: "A", profiles: ["dev", "prod"] }] },
    {
      value: "correct horse",
      secrets: [{ name: "B", profiles: [] }, { name: "C", profiles: [] }],
    },
  ],
  short: [],
  missing: [],
};

test("kca scan prints places as FILE:LINE, and masks values in them", () => {
  const commit = "0123456789abcdef";
  const scan = {
    files: 2,
    findings: [
      { file: "a.txt", line: 7, commit: undefined, value: 0, form: "plain" },
      { file: "b\x1b.txt", line: 1, commit, value: 1, form: "base64" },
      { file: "x-hunter2-hunter2", line: undefined, commit: undefined, value: 0, form: "plain" },
    ],
    unread: [{ file: "hunter2-hunter2", reason: "EACCES" }],
  } as unknown as Scan;
  const told = textOfFindings(scan, SOUGHT);
  assertEquals(told.includes("hunter2"), false);
  const [first, second, third, last] = told.split("\n");
  assertEquals([first, second, third], [
    "a.txt:7: A (dev, prod)",
    "0123456789ab:b\\u001b.txt:1: B as base64",
    "0123456789ab:b\\u001b.txt:1: C as base64",
  ]);
  assertEquals(/^x-.*:in its name: A \(dev, prod\)$/.test(last!), true, last);
  const { found, scanned, unread } = JSON.parse(jsonOfFindings(scan, SOUGHT));
  assertEquals(scanned, { files: 2, values: 2 });
  assertEquals(found.length, 4);
  assertEquals(found[0], {
    file: "a.txt",
    line: 7,
    name: "A",
    profiles: ["dev", "prod"],
    form: "plain",
  });
  assertEquals([found[1].commit, found[3].line], [commit, null]);
  const [cannot] = unreadOf(scan, SOUGHT);
  assertEquals(cannot, `Cannot read "${unread[0].file}": EACCES`);
  assertEquals(cannot!.includes("hunter2"), false);
});

test("kca scan says how much it scanned, and what it did not search for", () => {
  const scan = (files: number, findings: number) =>
    ({ files, findings: Array(findings).fill({}) }) as unknown as Scan;
  const one = { ...SOUGHT, values: SOUGHT.values.slice(1) };
  assertEquals(summaryOf(scan(1, 0), one), "Found no secret; 1 file scanned for 1 value");
  assertEquals(summaryOf(scan(0, 0), SOUGHT), "Found no secret; 0 files scanned for 2 values");
  const replace = "Remove them, and rotate every secret that was ever committed";
  assertEquals(
    summaryOf(scan(2, 1), SOUGHT),
    `Found secrets in 1 place; 2 files scanned for 2 values. ${replace}`,
  );
  assertEquals(
    summaryOf(scan(2, 3), one),
    `Found secrets in 3 places; 2 files scanned for 1 value. ${replace}`,
  );
  assertEquals(leftOut(SOUGHT), []);
  const named = [{ name: "D", profiles: ["dev"] }, { name: "E", profiles: [] }];
  assertEquals(leftOut({ ...SOUGHT, missing: named }), [
    "Not stored, so not searched for: D (dev), E",
  ]);
  assertEquals(leftOut({ ...SOUGHT, short: named }), [
    "Not searched for, because a value of fewer than 8 characters occurs everywhere: D (dev), E",
  ]);
});

test("kca scan joins and shows names of files, even if they are not UTF-8", () => {
  assertEquals(within("a", "b"), "a/b");
  assertEquals(within("a/", "b"), "a/b");
  assertEquals(within("", "b"), "b");
  assertEquals(pathOf(new TextEncoder().encode("\uFEFFé")), "\uFEFFé");
  const odd = pathOf(bytes(0x61, 0xff, 0x80, 0x7f));
  assertEquals(textOf(odd), "a\\xff\\x80\x7f");
  assertEquals(textOf(within("d", odd)), "d/a\\xff\\x80\x7f");
  assertEquals(textOf(within(odd, "d")), "a\\xff\\x80\x7f/d");
  assertEquals(within("", odd), odd);
});

test("readerOf() reads memory in parts, and then nothing", () => {
  const reader = readerOf(bytes(1, 2, 3));
  const into = bytes(0, 0);
  assertEquals([reader.read(into), ...into], [2, 1, 2]);
  assertEquals([reader.read(into), ...into], [1, 3, 2]);
  assertEquals(reader.read(into), 0);
});
