/** Finds out which test file runs which line, so that a mutant meets only the tests that can see it. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { runProcess } from "../launcher/process.ts";

/** What one test file runs, when all is well. */
export interface Covered {
  test: string;
  milliseconds: number;
  /** The lines of each source, by its path below the root. */
  lines: Record<string, number[]>;
}

/** Runs each test file on Bun alone and notes its time and the lines that it reached. */
export async function coverTests(
  options: { bun: string; root: string; tests: string[]; store: string },
): Promise<Covered[]> {
  const { bun, root, tests, store } = options;
  const known: Record<string, Covered> = existsSync(store)
    ? JSON.parse(readFileSync(store, "utf8"))
    : {};
  const folder = join(dirname(store), "lcov");
  for (const test of tests) {
    if (known[test] !== undefined) continue;
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const started = performance.now();
    const { code, output } = await runProcess([
      bun,
      "test",
      "--coverage",
      "--coverage-reporter=lcov",
      `--coverage-dir=${folder}`,
      `./${test}`,
    ], { cwd: root, env: { NO_COLOR: "1" } });
    if (code !== 0) throw new Error(`${test} fails before anything is changed:\n${output}`);
    const report = join(folder, "lcov.info");
    known[test] = {
      test,
      milliseconds: Math.round(performance.now() - started),
      lines: existsSync(report) ? linesOf(readFileSync(report, "utf8")) : {},
    };
    writeFileSync(store, JSON.stringify(known));
  }
  return tests.map((test) => known[test]!);
}

/** The lines that ran at least once, from a report in the format of lcov. */
function linesOf(report: string): Record<string, number[]> {
  const lines: Record<string, number[]> = {};
  let current: number[] = [];
  for (const line of report.split("\n")) {
    if (line.startsWith("SF:")) current = lines[line.slice(3)] = [];
    const [, number, hits] = /^DA:(\d+),(\d+)/.exec(line) ?? [];
    if (Number(hits) > 0) current.push(Number(number));
  }
  return lines;
}

/** The tests that reach a line, the shortest first; those that load its file when none does. */
export function testsFor(covered: readonly Covered[], file: string, line: number): Covered[] {
  const loading = covered.filter(({ lines }) => (lines[file]?.length ?? 0) > 0);
  const reaching = loading.filter(({ lines }) => lines[file]!.includes(line));
  return (reaching.length > 0 ? reaching : loading)
    .toSorted((a, b) => a.milliseconds - b.milliseconds);
}
