import { assertEquals } from "@std/assert";
import { test } from "../../harness.ts";
import { countIgnored } from "../../launcher/doc_examples.ts";
import {
  countResults,
  denoFailures,
  describeCounts,
  skippedNames,
  slowestCases,
  sumCounts,
} from "../../launcher/junit.ts";

const report = `<testsuites>
  <testsuite name="a" tests="4">
    <testcase name="one &gt; two" classname="a" time="0.1"/>
    <testcase name="three > four" classname="a"></testcase>
    <testcase name="bad"><failure message="1 &lt; 2">trace</failure></testcase>
    <testcase name="worse"><error message="x"/></testcase>
    <testcase name="left out"><skipped/></testcase>
    <testcase name="/repo/suite/empty_test.js"/>
  </testsuite>
</testsuites>`;

test("countResults() counts passed, failed and skipped cases of a JUnit report", () => {
  assertEquals(countResults(report), { passed: 3, failed: 2, skipped: 1 });
});

test("countResults() takes a file without tests for a failure, unless a filter explains it", () => {
  const files = ["/empty_test.js"];
  assertEquals(countResults(report, { files }), { passed: 2, failed: 3, skipped: 1 });
  const filtered = countResults(report, { files, allowEmpty: true });
  assertEquals(filtered, { passed: 2, failed: 2, skipped: 1 });
});

test("slowestCases() names the tests that took longest, whatever the order of the report", () => {
  const xml = `<testcase name="b" time="0.5"/><testcase name="a &lt;&amp;lt; c" time="2.25">
    <failure/></testcase><testcase name="none"/><testcase time="12.1" name="long"/>`;
  assertEquals(slowestCases(xml, 2), [
    { name: "long", seconds: 12.1 },
    { name: "a <&lt; c", seconds: 2.25 },
  ]);
});

test("skippedNames() names the skipped tests as they are called", () => {
  const xml = `<testcase name="a &lt;&amp;lt; &#34;c&#34;"><skipped/></testcase>
    <testcase name="ran"/><testcase name="d"><failure/></testcase>`;
  assertEquals(skippedNames(report + xml), ["left out", 'a <&lt; "c"']);
});

test("denoFailures() reads the failures off the last line of Deno's runner", () => {
  assertEquals(denoFailures("x\nFAILED | 4 passed (2 steps) | 23 failed | 1 ignored (7s)\n"), 23);
  assertEquals(denoFailures("x\nok | 4 passed | 0 failed (7s)\n"), 0);
  assertEquals(denoFailures("error: no such file"), 0);
});

test("describeCounts() names skipped tests only when there are some", () => {
  const one = { passed: 1, failed: 0, skipped: 0 };
  assertEquals(describeCounts(one), "1 passed, 0 failed");
  const total = sumCounts([one, { passed: 2, failed: 1, skipped: 4 }]);
  assertEquals(describeCounts(total), "3 passed, 1 failed, 4 skipped");
});

test("countIgnored() counts blocks that are marked as not to be run", () => {
  const text = [
    "```ts ignore",
    "```",
    " * ```ts ignore",
    " * ```",
    "```ts",
    "```",
    "```sh ignore",
    "```",
  ].join("\n");
  assertEquals(countIgnored(text), 2);
});
