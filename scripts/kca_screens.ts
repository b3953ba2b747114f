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
import { runInTerminal, type Step } from "../tests/support/terminal.ts";
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

/** A folder with a .env becomes one without: typed by an invented user, at a reader's pace. */
async function recording(): Promise<void> {
  const folder = join(home, "app");
  mkdirSync(join(folder, ".git"), { recursive: true });
  mkdirSync(dirname(endpoint), { recursive: true });
  writeFileSync(
    join(folder, ".env"),
    "DATABASE_URL=postgres://me@localhost/app\nAPI_KEY=sk-1\nPORT=3000\n",
  );
  writeFileSync(
    join(folder, "app.js"),
    "console.log(`app: port ${process.env.PORT}, a key of ${process.env.API_KEY.length} characters`);\n",
  );
  const daemon = await startDaemon({ endpoint });
  const lines: string[] = [];
  const seconds: number[] = [];
  let now = 0;
  const play = async (command: string[], shown: string, steps: Step[] = []): Promise<void> => {
    const { output } = await runInTerminal(command, steps, env, { columns: 80, cwd: folder });
    const text = output.replaceAll("\r", "").replaceAll(realpathSync(home), "/home/me")
      // deno-lint-ignore no-control-regex
      .replaceAll(/\x1b\[\?\d+[hl]/g, "").trimEnd();
    now += 1;
    lines.push(`$ ${shown}`);
    seconds.push(now);
    now += 1;
    for (const line of text.split("\n")) {
      lines.push(line);
      seconds.push(now);
    }
    lines.push("");
    seconds.push(now);
    now += Math.max(2, text.split("\n").length / 3);
  };
  await play(["cat", ".env"], "cat .env");
  await play(kca(["import", "--plain", "PORT"]), "kca import --plain PORT", [
    { expect: "(y/N)" },
    { send: "y\r" },
  ]);
  await play(kca(["run", "--", exec, "app.js"]), "kca run -- bun app.js");
  await daemon.close();
  rmSync(folder, { recursive: true });
  rmSync(join(home, ".config"), { recursive: true });
  writeFileSync(join(target, "first-use.svg"), screenSvg(lines.join("\n"), 80, seconds));
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
  await recording();
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
