/**
 * A real daemon, or a program with its command line, in a home of its own: nothing of the
 * developer's own daemon, keychain or settings reaches it, and nothing of it reaches them.
 */
import { execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { line, RawClient, sleep } from "./raw_client.ts";

/** What is handed on of the developer's environment. */
const KEPT = ["PATH", "LANG", "LC_ALL", "TMPDIR", "TZ"];

/** Where a system installation keeps what no variable moves away. */
const SYSTEM_FOLDERS = ["/etc/keychain-auth", "/var/lib/keychain-auth"];

/** The whole environment of a daemon whose home is this folder. */
export function isolatedEnvironment(home: string): Record<string, string> {
  const env: Record<string, string> = {
    HOME: home,
    XDG_CONFIG_HOME: join(home, "config"),
    XDG_DATA_HOME: join(home, "data"),
    XDG_STATE_HOME: join(home, "state"),
    XDG_CACHE_HOME: join(home, "cache"),
    XDG_RUNTIME_DIR: join(home, "run"),
    KEYCHAIN_AUTH_SOCKET: join(home, "agent.sock"),
  };
  for (const name of KEPT) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  return env;
}

/** A running daemon. */
export interface RealDaemon extends AsyncDisposable {
  readonly endpoint: string;
  /** Its environment, for further commands of it. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Starts a daemon that lets this runtime read, write and search a service.
 *
 * @param bin The daemon's executable.
 */
export async function startRealDaemon(bin: string, service: string): Promise<RealDaemon> {
  const installed = SYSTEM_FOLDERS.filter((folder) => existsSync(folder));
  if (installed.length > 0) {
    throw new Error(`Cannot isolate a daemon: it would use ${installed.join(" and ")}`);
  }
  const home = await mkdtemp(join(tmpdir(), "keychain-auth-real-"));
  const env = isolatedEnvironment(home);
  const endpoint = env.KEYCHAIN_AUTH_SOCKET!;
  const remove = () => rm(home, { recursive: true, force: true });
  try {
    runDaemonCommand(bin, ["authorize", await realpath(process.execPath), service], env);
  } catch (error) {
    await remove();
    throw error;
  }
  const daemon = spawn(bin, ["start"], { env, stdio: ["ignore", "ignore", "pipe"] });
  let output = "";
  let running = true;
  daemon.stderr!.setEncoding("utf8").on("data", (text: string) => output += text);
  const exited = new Promise<void>((resolve) => {
    const end = () => {
      running = false;
      resolve();
    };
    daemon.once("close", end);
    daemon.once("error", end);
  });
  const dispose = async () => {
    daemon.kill("SIGTERM");
    await exited;
    await remove();
  };
  for (let i = 0; i < 600 && running; i++) {
    const client = await RawClient.connect(endpoint).catch(() => undefined);
    if (client !== undefined) {
      client.send(line({ action: "search", service, targets: ["ready"] }));
      await client.reply();
      await client.close();
      return { endpoint, env, [Symbol.asyncDispose]: dispose };
    }
    await sleep(50);
  }
  await dispose();
  throw new Error(`Cannot start "${bin}": nothing listens on "${endpoint}"\n${output}`);
}

/** Runs one of the daemon's commands to its end. @returns What it printed. */
export function runDaemonCommand(
  bin: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): string {
  // Through the environment: Deno takes its own path among the arguments of a child for a call of
  // Node, and puts arguments of its own behind it.
  const variables = Object.fromEntries(args.map((arg, index) => [`ARG${index}`, arg]));
  const command = `"$BIN" ${args.map((_, index) => `"$ARG${index}"`).join(" ")}`;
  return execFileSync("/bin/sh", ["-c", command], {
    env: { ...env, ...variables, BIN: bin },
    stdio: ["ignore", "pipe", "inherit"],
    encoding: "utf8",
  });
}
