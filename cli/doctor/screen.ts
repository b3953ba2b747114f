/**
 * The report as one screen.
 *
 * @module
 */

import { row, wrap } from "../command_line/wrap.ts";
import { PERMISSIONS, type ProjectReport, type Report } from "./types.ts";

const MARKS = { good: "✓", bad: "✗", none: " " };
/** Columns of a mark and its label. */
const LABEL = 17;
/** Smaller columns for narrow screens. */
const NARROW = [[60, 4], [LABEL + 64, LABEL - 1]] as const;

/** One row: its mark, its label, and its values. */
type Row = [mark: keyof typeof MARKS, label: string, ...values: string[]];

/**
 * @param report The findings.
 * @param width Columns of the screen; lines are not wrapped when it is unknown.
 * @param colours Whether it is coloured.
 * @returns The screen's text, with its last newline.
 */
export function screenOf(report: Report, width = Infinity, colours = false): string {
  const column = NARROW.find(([most]) => width < most)?.[1] ?? LABEL;
  const bold = (text: string): string => colours ? `\x1b[1m${text}\x1b[22m` : text;
  const lines = rows(report).flatMap(([kind, label, first = "", ...others]) => {
    const name = `${MARKS[kind]} ${label}`;
    return [
      `${MARKS[kind]} ${bold(label)}${row(name, first, column, width).slice(name.length)}`,
      ...others.map((value) => " ".repeat(column) + wrap(value, width, column)),
    ];
  });
  const text = [...lines, "", ...verdict(report, width, bold)].join("\n").replace(/ +$/gm, "");
  return `${colours ? coloured(text) : text}\n`;
}

const COLOURS: Readonly<Record<string, string>> = { [MARKS.good]: "32", [MARKS.bad]: "31" };

function coloured(text: string): string {
  return text.replace(/[✓✗](?= )/g, (mark) => `\x1b[${COLOURS[mark]}m${mark}\x1b[39m`);
}

function rows(report: Report): Row[] {
  const { runtime, project, executable, transport, endpoint, daemon, closeOnExec } = report;
  const list: Row[] = [
    ...(project === undefined ? [] : [projectRow(project)]),
    ["good", "runtime", `${runtime.name} ${runtime.version} on ${runtime.system} ${runtime.arch}`],
    executable === undefined ? ["none", "executable", "unknown: this runtime does not say"] : [
      executable.replaced ? "bad" : "good",
      "executable",
      executable.path,
      executable.sha256
        ? `SHA-256 ${executable.sha256}`
        : "SHA-256 unknown: you may not read the file",
      executable.shared
        ? "a shared runtime: approving it approves every script that it runs"
        : "a program with its own identity",
    ],
    ["good", "transport", `${transport.name}: ${transport.reason}`],
    [
      daemon.reachable ? "good" : "bad",
      "endpoint",
      endpoint.source,
      ...endpoint.candidates.map(({ endpoint, tried, connected, status }) => {
        const kind = connected ? "good" : tried ? "bad" : "none";
        return `${MARKS[kind]} ${endpoint}: ${status}`;
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

function projectRow({ path, service, secrets, allowed }: ProjectReport): Row {
  const consent = allowed ? "allowed" : "not allowed yet";
  return [
    allowed ? "good" : "bad",
    "project",
    path,
    `${secrets} of service ${service}, ${consent}`,
  ];
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

function verdict(
  { problems, permissions }: Report,
  width: number,
  bold: (text: string) => string,
): string[] {
  if (problems.length === 0) {
    const asked = Object.keys(permissions).length > 0;
    return [
      `${MARKS.good} ${bold("All is well")}`,
      ...(asked ? [] : ["  To see what this executable may do: kca doctor --service NAME"]),
    ];
  }
  return problems.flatMap(({ what, commands, hint }) => [
    ...what.split("\n").map((line, index) =>
      `${index === 0 ? MARKS.bad : " "} ${bold(wrap(line, width, 2))}`
    ),
    // Not wrapped, so that it can be copied.
    ...commands.map((command) => `  Type: ${command}`),
    ...(hint === undefined ? [] : [`  ${wrap(hint, width, 2)}`]),
  ]);
}
