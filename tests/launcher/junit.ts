/** Counts the results in a JUnit report; all three runtimes' runners write that format. */

/** How many tests passed, failed and were skipped. */
export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

const testCase = /<testcase((?:\s+[\w:.-]+="[^"]*")*)\s*(?:\/>|>([\s\S]*?)<\/testcase>)/g;

/** How Node's reports about files without tests are counted: it says that such a file passed. */
export interface CountOptions {
  /** The ends of the test files' names. */
  files?: readonly string[];
  /** Leave them out, because a filter explains them; they count as failed otherwise. */
  allowEmpty?: boolean;
}

/** Counts the test cases of a report. */
export function countResults(xml: string, options: CountOptions = {}): Counts {
  const { files = [], allowEmpty = false } = options;
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  for (const [, attributes = "", body = ""] of xml.matchAll(testCase)) {
    const name = /\sname="([^"]*)"/.exec(attributes)?.[1] ?? "";
    if (/<(failure|error)\b/.test(body)) counts.failed++;
    else if (/<skipped\b/.test(body)) counts.skipped++;
    else if (!files.some((file) => name.endsWith(file))) counts.passed++;
    else if (!allowEmpty) counts.failed++;
  }
  return counts;
}

/** A test, and how long it took. */
export interface TimedCase {
  name: string;
  seconds: number;
}

/** The tests of a report that took longest, the slowest first. */
export function slowestCases(xml: string, count: number): TimedCase[] {
  const cases = [...xml.matchAll(testCase)].map(([, attributes = ""]) => ({
    name: decoded(/\sname="([^"]*)"/.exec(attributes)?.[1] ?? ""),
    seconds: Number(/\stime="([^"]*)"/.exec(attributes)?.[1] ?? 0),
  }));
  return cases.sort((one, other) => other.seconds - one.seconds).slice(0, count);
}

/** The names of the tests of a report that were skipped. */
export function skippedNames(xml: string): string[] {
  return [...xml.matchAll(testCase)].filter(([, , body = ""]) => /<skipped\b/.test(body))
    .map(([, attributes = ""]) => decoded(/\sname="([^"]*)"/.exec(attributes)?.[1] ?? ""));
}

function decoded(text: string): string {
  const names: Record<string, string> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };
  return text.replace(
    /&(?:#(\d+)|(\w+));/g,
    (whole, code: string | undefined, name: string) =>
      code === undefined ? names[name] ?? whole : String.fromCodePoint(Number(code)),
  );
}

/**
 * The failures that Deno's test runner names at the end of its output. A module that cannot be
 * loaded, or that throws outside its tests, is there and not in the report.
 */
export function denoFailures(output: string): number {
  return Number(/\| \d+ passed[^|\n]*\| (\d+) failed/.exec(output)?.[1] ?? 0);
}

/** Adds up several counts. */
export function sumCounts(all: readonly Counts[]): Counts {
  const total: Counts = { passed: 0, failed: 0, skipped: 0 };
  for (const counts of all) {
    total.passed += counts.passed;
    total.failed += counts.failed;
    total.skipped += counts.skipped;
  }
  return total;
}

/** The plain line that ends a test run. */
export function describeCounts({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}
