/**
 * The pictures of docs/kca.md: what kca shows on terminals of 80 and of 50 columns. Help and errors
 * are what a pseudo-terminal was given; the doctor's findings are real too, with the paths of an
 * invented user instead of this machine's.
 *
 * Usage: `deno run -A scripts/kca_screens.ts`, where there is a python3.
 */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { screenOf } from "../cli/doctor/screen.ts";
import type { Report } from "../cli/doctor/types.ts";
import { type DaemonOptions, startDaemon } from "../testing/mod.ts";
import { runCommand } from "../tests/harness.ts";
import { prepareRuntime } from "../tests/launcher/runtimes.ts";
import { runInTerminal } from "../tests/support/terminal.ts";
import { screenSvg } from "./screen_svg.ts";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const target = join(root, "docs", "screens");
const home = mkdtempSync(join(tmpdir(), "kca-screens-"));
const run = join(home, "run");
const endpoint = join(run, "keychain-auth", "agent.sock");
const env = {
  HOME: home,
  XDG_RUNTIME_DIR: run,
  KEYCHAIN_AUTH_SOCKET: undefined,
  KEYCHAIN_AUTH_SERVICE: "AgentSecrets",
};
const { exec } = await prepareRuntime("bun", join(root, ".cache", "runtimes"));
const kca = (args: readonly string[]): string[] => [exec, join(root, "cli", "main.ts"), ...args];

/** What a terminal shows of some commands, as they are typed. */
async function typed(columns: number, commands: readonly (readonly string[])[]): Promise<string> {
  const parts: string[] = [];
  for (const args of commands) {
    const { output } = await runInTerminal(kca(args), [], env, { columns });
    parts.push(`$ ${["kca", ...args].join(" ")}\n${output.replaceAll("\r", "").trimEnd()}\n`);
  }
  return parts.join("\n");
}

/** The doctor's findings, with an invented user's paths. */
async function findings(args: readonly string[], options?: DaemonOptions): Promise<Report> {
  mkdirSync(dirname(endpoint), { recursive: true });
  const daemon = options && await startDaemon({ endpoint, ...options });
  const { stdout } = await runCommand(kca(["doctor", "--json", ...args]), { env });
  await daemon?.close();
  const text = stdout
    .replaceAll(realpathSync(exec), "/home/me/.bun/bin/bun")
    .replaceAll(run, "/run/user/1000")
    .replaceAll(home, "/home/me")
    .replace(/"uid": \d+/, '"uid": 1000')
    .replace(/"pid": \d+/, '"pid": 6037');
  return JSON.parse(text);
}

const SECRETS = { "proj_123:development:API_KEY": "sk-demo", "proj_123:development:PATH": "/tmp" };
const errors = [
  ["get", "proj_123:development:NOPE"],
  ["list", "--jsn"],
  ["run", "--prefix", "proj_123:", "--", "npm", "start"],
  ["run", "--prefix", "proj_123:development:", "--", "npm", "start"],
];

mkdirSync(target, { recursive: true });
try {
  const well = await findings([], { secrets: { AgentSecrets: SECRETS } });
  const none = await findings([]);
  const unregistered = await findings([], { registered: false });
  for (const columns of [80, 50]) {
    const write = (name: string, text: string): void =>
      writeFileSync(join(target, `${name}-${columns}.svg`), screenSvg(text, columns));
    const doctor = (report: Report): string => `$ kca doctor\n${screenOf(report, columns, true)}`;
    write("start", await typed(columns, [[]]));
    write("help", await typed(columns, [["help", "run"]]));
    write("doctor-well", doctor(well));
    write("doctor-no-daemon", doctor(none));
    write("doctor-not-approved", doctor(unregistered));
    mkdirSync(dirname(endpoint), { recursive: true });
    const daemon = await startDaemon({ endpoint, secrets: { AgentSecrets: SECRETS } });
    write("errors", await typed(columns, errors));
    await daemon.close();
  }
} finally {
  rmSync(home, { recursive: true, force: true });
}
process.exit(0);
