/** Starts the programs that the launcher needs and waits for their end. */
import { spawn } from "node:child_process";
import process from "node:process";

/** How a program ended, and what it printed when that was captured. */
export interface ProcessResult {
  code: number;
  output: string;
  timedOut: boolean;
}

/** How a program is started. */
export interface ProcessOptions {
  cwd?: string;
  env?: Record<string, string | undefined>;
  /** Show the output as it comes instead of returning it. */
  inherit?: boolean;
  /** Milliseconds until the program is killed. */
  timeout?: number;
  /** Start it in a group of processes of its own, and kill what is left of the group at its end. */
  group?: boolean;
}

// Set by npx for the command that it runs; npm started below it must not take them for its own.
const npxVariables =
  /^(npm_(command|execpath|lifecycle_\w+|package_\w+)|npm_config_(package|call|yes|prefix|local_prefix|global_prefix)|INIT_CWD)$/;

/** Runs a program without standard input and waits for its end. */
export function runProcess(
  command: string[],
  options: ProcessOptions = {},
): Promise<ProcessResult> {
  const { cwd, inherit = false, timeout = 900_000, group = false } = options;
  const env: Record<string, string> = {};
  for (const [key, value] of Object.entries({ ...process.env, ...options.env })) {
    if (value !== undefined && !npxVariables.test(key)) env[key] = value;
  }
  const stream = inherit ? "inherit" : "pipe";
  // On Windows npm is a batch file, which only a shell can start.
  const shell = process.platform === "win32" && command[0] === "npm";
  const child = spawn(command[0]!, command.slice(1), {
    cwd,
    env,
    shell,
    detached: group,
    stdio: ["ignore", stream, stream],
  });
  let output = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => output += text);
  child.stderr?.setEncoding("utf8").on("data", (text: string) => output += text);
  let timedOut = false;
  const kill = (): void => {
    if (!group) return void child.kill("SIGKILL");
    try {
      process.kill(-child.pid!, "SIGKILL");
    } catch {
      // nothing is left of it
    }
  };
  if (group) child.on("exit", kill);
  const timer = setTimeout(() => {
    timedOut = true;
    kill();
  }, timeout);
  return new Promise<ProcessResult>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? -1, output, timedOut }));
  }).finally(() => clearTimeout(timer));
}

/** Runs a program that has to succeed; its output goes into the error when it does not. */
export async function mustRun(command: string[], options: ProcessOptions = {}): Promise<string> {
  const { code, output } = await runProcess(command, options);
  if (code !== 0) throw new Error(`\`${command.join(" ")}\` ended with code ${code}\n${output}`);
  return output;
}
