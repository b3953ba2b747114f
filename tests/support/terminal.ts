/** Running a command in a pseudo-terminal, by Python's standard library. */
import { spawnSync } from "node:child_process";
import process from "node:process";
import { repoPath, root, runCommand } from "../harness.ts";

/** What a person at the terminal does next. */
export type Step =
  | { expect: string }
  | { send: string }
  | { kill: number }
  | { pause: number }
  | { columns: number };

/** What was on the screen, and how the command ended. */
export interface TerminalResult {
  output: string;
  code: number;
  /** The text that was waited for in vain. */
  missing: string | null;
  /** Whether the terminal shows what is typed afterwards; `null` where nobody can tell. */
  echo: boolean | null;
}

/** Whether there is a Python to run it. */
export const hasTerminal: boolean = process.platform !== "win32" &&
  spawnSync("python3", ["-c", "import pty"]).status === 0;

/** Runs a command in a terminal of its own. */
export async function runInTerminal(
  command: string[],
  steps: Step[],
  variables: Record<string, string | undefined> = {},
  options: { columns?: number; timeout?: number; cwd?: string } = {},
): Promise<TerminalResult> {
  const env: Record<string, string> = {};
  const all = { ...process.env, NO_COLOR: undefined, TERM: "xterm", ...variables };
  for (const [name, value] of Object.entries(all)) if (value !== undefined) env[name] = value;
  const stdin = JSON.stringify({ command, env, cwd: root, steps, timeout: 45, ...options });
  const { code, stdout, stderr } = await runCommand(
    ["python3", repoPath("tests", "support", "terminal.py")],
    { stdin, timeout: 1_000 * (options.timeout ?? 45) + 5_000 },
  );
  if (code !== 0) throw new Error(`terminal.py ended with ${code}: ${stderr}`);
  return JSON.parse(stdout) as TerminalResult;
}
