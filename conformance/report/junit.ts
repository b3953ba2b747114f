import type { CheckResult, ConformanceReport } from "../types.ts";

/**
 * Writes a report as JUnit's XML: one suite a group.
 *
 * @param report What {@linkcode runConformance} returned.
 * @returns The text, with a line feed at its end.
 *
 * @example
 * ```ts
 * import { runConformance, toJUnit } from "@keychain-auth/client/conformance";
 * import { startDaemon } from "@keychain-auth/client/testing";
 *
 * await using daemon = await startDaemon();
 * const { endpoint } = daemon;
 * const report = await runConformance({ endpoint, service: "Conformance", groups: ["limits"] });
 * console.log(toJUnit(report).includes('failures="0"')); // true
 * ```
 */
export function toJUnit(report: ConformanceReport): string {
  const { leftBehind } = report;
  const checks: CheckResult[] = [...report.checks];
  if (leftBehind.length > 0) {
    checks.push({
      group: "lifetime",
      name: "no test secret is left behind",
      status: "failed",
      steps: [{ sent: "", expected: "", observed: leftBehind.join("\n") }],
      duration: 0,
    });
  }
  const groups = [...new Set(checks.map(({ group }) => group))];
  const suites = groups.map((group) => suite(group, checks.filter((one) => one.group === group)));
  const head = `<testsuites name="keychain-auth conformance"${counts(checks)}>`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${head}\n${suites.join("")}</testsuites>\n`;
}

function suite(group: string, checks: readonly CheckResult[]): string {
  const cases = checks.map((check) => `    ${testCase(check)}\n`).join("");
  return `  <testsuite name="${group}"${counts(checks)}>\n${cases}  </testsuite>\n`;
}

function counts(checks: readonly CheckResult[]): string {
  const count = (wanted: string): number => checks.filter(({ status }) => status === wanted).length;
  const time = checks.reduce((sum, { duration }) => sum + duration, 0) / 1_000;
  return ` tests="${checks.length}" failures="${count("failed")}" errors="0" ` +
    `skipped="${count("skipped")}" time="${time.toFixed(3)}"`;
}

function testCase({ group, name, status, reason, steps, duration }: CheckResult): string {
  const head = `<testcase classname="conformance.${group}" name="${escaped(name)}" time="${
    (duration / 1_000).toFixed(3)
  }"`;
  if (status === "passed") return `${head}/>`;
  if (status === "skipped") {
    return `${head}><skipped message="${escaped(reason ?? "")}"/></testcase>`;
  }
  const { sent = "", expected = "", observed = "" } = steps.at(-1) ?? {};
  const text = escaped(`sent     ${sent}\nexpected ${expected}\nobserved ${observed}\n`);
  return `${head}><failure message="the daemon answered otherwise">${text}</failure></testcase>`;
}

// Characters that XML cannot contain in any form become visible.
function escaped(text: string): string {
  return text
    .replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`)
    // deno-lint-ignore no-control-regex -- control characters are intended here
    .replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Surrogate}/gu, "\uFFFD");
}
