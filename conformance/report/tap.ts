import type { CheckResult, ConformanceReport } from "../types.ts";

/**
 * Writes a report in the Test Anything Protocol, version 14.
 *
 * @param report What {@linkcode runConformance} returned.
 * @returns The text, with a line feed at its end.
 *
 * @example
 * ```ts
 * import { runConformance, toTap } from "@keychain-auth/client/conformance";
 * import { startDaemon } from "@keychain-auth/client/testing";
 *
 * await using daemon = await startDaemon();
 * const { endpoint } = daemon;
 * const report = await runConformance({ endpoint, service: "Conformance", groups: ["limits"] });
 * console.log(toTap(report).includes("not ok")); // false
 * ```
 */
export function toTap(report: ConformanceReport): string {
  const lines = report.checks.flatMap((check, index) => linesOf(check, index + 1));
  let count = report.checks.length;
  if (report.leftBehind.length > 0) {
    lines.push(`not ok ${++count} - lifetime: no test secret is left behind`);
    lines.push("  ---", `  names: ${JSON.stringify(report.leftBehind)}`, "  ...");
  }
  return `${["TAP version 14", `1..${count}`, ...lines].join("\n")}\n`;
}

function linesOf({ group, name, status, reason, steps }: CheckResult, number: number): string[] {
  const what = `${number} - ${escaped(`${group}: ${name}`)}`;
  if (status === "passed") return [`ok ${what}`];
  if (status === "skipped") return [`ok ${what} # SKIP ${escaped(reason ?? "")}`];
  const { sent = "", expected = "", observed = "" } = steps.at(-1) ?? {};
  // A JSON string is a YAML string.
  const details = { sent, expected, observed };
  return [
    `not ok ${what}`,
    "  ---",
    ...Object.entries(details).map(([key, value]) => `  ${key}: ${JSON.stringify(value)}`),
    "  ...",
  ];
}

function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("#", "\\#").replace(/\s/g, " ");
}
