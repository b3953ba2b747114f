/**
 * The report as one screen.
 *
 * @module
 */

import { bold, green, red, setColorEnabled } from "deno-std/fmt/colors.js";
import cliui from "cliui";
import { PERMISSIONS, type Report } from "./types.ts";

const MARKS = { good: "✓", bad: "✗", none: " " };

/** One line: its mark, its label, and what goes under it. */
type Row = [mark: keyof typeof MARKS, label: string, ...values: string[]];

/** @returns The screen's text, with its last newline. */
export function screenOf(report: Report, colours: boolean): string {
  setColorEnabled(colours);
  const ui = cliui({ width: 10_000, wrap: false });
  const mark = (kind: keyof typeof MARKS): string =>
    kind === "good" ? green(MARKS.good) : kind === "bad" ? red(MARKS.bad) : MARKS.none;
  for (const [kind, label, ...values] of rows(report, mark)) {
    for (const [index, value] of values.entries()) {
      const first = index === 0;
      ui.div(
        { text: first ? mark(kind) : "", width: 2 },
        { text: first ? bold(label) : "", width: 15 },
        { text: value, width: 9_000 },
      );
    }
  }
  const lines = ui.toString().split("\n").map((line: string) => line.trimEnd());
  return `${[...lines, "", ...verdict(report)].join("\n")}\n`;
}

function rows(report: Report, mark: (kind: "good" | "bad") => string): Row[] {
  const { runtime, executable, transport, endpoint, daemon, closeOnExec } = report;
  const list: Row[] = [
    ["good", "runtime", `${runtime.name} ${runtime.version} on ${runtime.system} ${runtime.arch}`],
    executable === undefined ? ["none", "executable", "not known: this runtime does not tell"] : [
      executable.replaced ? "bad" : "good",
      "executable",
      executable.path,
      executable.sha256 ? `SHA-256 ${executable.sha256}` : "SHA-256 not known: it may not be read",
      executable.shared
        ? "a shared runtime: to approve it is to approve every script that it runs"
        : "a program with an identity of its own",
    ],
    ["good", "transport", `${transport.name}: ${transport.reason}`],
    [
      daemon.reachable ? "good" : "bad",
      "endpoint",
      endpoint.source,
      ...endpoint.candidates.map(({ endpoint, connected, status }) => {
        const kind = connected ? mark("good") : daemon.reachable ? " " : mark("bad");
        return `${kind} ${endpoint}: ${status}`;
      }),
    ],
  ];
  if (daemon.reachable) {
    const inherits = closeOnExec === undefined
      ? "set by the runtime; this transport does not show its descriptor"
      : closeOnExec
      ? "yes, read back from the kernel: no child inherits the connection"
      : "no: child processes inherit the connection";
    list.push(
      ["good", "daemon", ownerOf(daemon)],
      [closeOnExec === false ? "bad" : "good", "close-on-exec", inherits],
    );
  }
  for (const [service, allowed] of Object.entries(report.permissions)) {
    const parts = PERMISSIONS.map((permission) => `${permission} ${allowed[permission]}`);
    const bad = report.needed.some((permission) => allowed[permission] === "denied");
    list.push([bad ? "bad" : "good", "service", `${service}: ${parts.join(", ")}`]);
  }
  const latency = latencyOf(report.latency);
  if (latency !== "") list.push(["none", "latency", latency]);
  if (report.denoFlags) {
    const sets = report.denoFlags.map((set) => set.join(" "));
    list.push(["none", "Deno flags", sets[0]!, ...sets.slice(1).map((set) => `or ${set}`)]);
  }
  return list;
}

function ownerOf({ pid, uid }: Report["daemon"]): string {
  const parts = [
    ...(pid === undefined ? [] : [`process ${pid}`]),
    ...(uid === undefined ? [] : [`user id ${uid}${uid === 0 ? " (root)" : ""}`]),
  ];
  return `reachable${parts.length > 0 ? `: ${parts.join(", ")}` : ""}`;
}

function latencyOf({ connect, firstRead, read }: Report["latency"]): string {
  const parts = [["connect", connect], ["first read", firstRead], ["later reads", read]] as const;
  return parts.flatMap(([name, ms]) => ms === undefined ? [] : [`${name} ${ms.toFixed(2)} ms`])
    .join(", ");
}

function verdict({ problems, permissions }: Report): string[] {
  if (problems.length === 0) {
    const asked = Object.keys(permissions).length > 0;
    return [
      `${green(MARKS.good)} ${bold("All is well")}`,
      ...(asked ? [] : ["  To see what this executable may do: kca doctor --service NAME"]),
    ];
  }
  return problems.flatMap(({ what, commands, hint }) => [
    ...what.split("\n").map((line, index) =>
      index === 0 ? `${red(MARKS.bad)} ${bold(line)}` : `  ${line}`
    ),
    ...commands.map((command) => `  Type: ${command}`),
    ...(hint === undefined ? [] : [`  ${hint}`]),
  ]);
}
