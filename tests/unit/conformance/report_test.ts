/** Reports as TAP and JUnit, byte for byte. */
import { assertEquals } from "@std/assert";
import { toJUnit, toTap } from "../../../conformance/mod.ts";
import type { CheckResult, ConformanceReport } from "../../../conformance/types.ts";
import { test } from "../../harness.ts";

const step = { sent: "s", expected: "e", observed: 'o "1"\n' };
const checks: CheckResult[] = [
  { group: "protocol", name: "one # and \\", status: "passed", steps: [step], duration: 1_234 },
  {
    group: "protocol",
    name: "two <",
    status: "failed",
    steps: [{ ...step, sent: "first" }, step],
    duration: 500,
  },
  { group: "limits", name: "three", status: "skipped", reason: "no & why", steps: [], duration: 0 },
  { group: "limits", name: "four", status: "failed", steps: [], duration: 1 },
];

function report(leftBehind: string[] = []): ConformanceReport {
  return {
    endpoint: "/s",
    service: "S",
    prefix: "p:",
    permissions: [],
    ok: false,
    passed: 1,
    failed: 2,
    skipped: 1,
    duration: 5,
    checks,
    leftBehind,
  };
}

const TAP = `ok 1 - protocol: one \\# and \\\\
not ok 2 - protocol: two <
  ---
  sent: "s"
  expected: "e"
  observed: "o \\"1\\"\\n"
  ...
ok 3 - limits: three # SKIP no & why
not ok 4 - limits: four
  ---
  sent: ""
  expected: ""
  observed: ""
  ...
`;

test("toTap() writes a point for each check, and the last step of what failed", () => {
  assertEquals(toTap(report()), `TAP version 14\n1..4\n${TAP}`);
  assertEquals(
    toTap(report(["p:a", "p:b"])),
    `TAP version 14\n1..5\n${TAP}not ok 5 - lifetime: no test secret is left behind
  ---
  names: ["p:a","p:b"]
  ...
`,
  );
});

const OTHERWISE = '<failure message="the daemon answered otherwise">';

test("toJUnit() writes a suite for each group, with its counts and times", () => {
  assertEquals(
    toJUnit(report(["p:a"])),
    `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="keychain-auth conformance" tests="5" failures="3" errors="0" skipped="1" time="1.735">
  <testsuite name="protocol" tests="2" failures="1" errors="0" skipped="0" time="1.734">
    <testcase classname="conformance.protocol" name="one # and \\" time="1.234"/>
    <testcase classname="conformance.protocol" name="two &#60;" time="0.500">${OTHERWISE}sent     s
expected e
observed o &#34;1&#34;

</failure></testcase>
  </testsuite>
  <testsuite name="limits" tests="2" failures="1" errors="0" skipped="1" time="0.001">
    <testcase classname="conformance.limits" name="three" time="0.000"><skipped message="no &#38; why"/></testcase>
    <testcase classname="conformance.limits" name="four" time="0.001">${OTHERWISE}sent${"     "}
expected${" "}
observed${" "}
</failure></testcase>
  </testsuite>
  <testsuite name="lifetime" tests="1" failures="1" errors="0" skipped="0" time="0.000">
    <testcase classname="conformance.lifetime" name="no test secret is left behind" time="0.000">${OTHERWISE}sent${"     "}
expected${" "}
observed p:a
</failure></testcase>
  </testsuite>
</testsuites>
`,
  );
  assertEquals(/lifetime/.test(toJUnit(report())), false);
});
