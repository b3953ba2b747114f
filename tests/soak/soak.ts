/** Soaks one runtime: starts its daemon and its client, and does harm to the daemon in turn. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect as connectSocket, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { Report } from "./tally.ts";

type Child = ChildProcessByStdio<Writable, Readable, null>;

/** How to soak. */
export interface SoakOptions {
  /** The command line of the runtime up to the script. */
  command: readonly string[];
  /** The same for the daemon's runtime. */
  daemonCommand: readonly string[];
  transports: readonly string[];
  /** Milliseconds for the whole. */
  time: number;
  /** Milliseconds between two calls of a lane. */
  pace: number;
  /** Milliseconds of quiet between two faults. */
  quiet: number;
}

/** What one soak showed. */
export interface Soaked extends Report {
  /** How often each fault was done, and after how many the client worked again. */
  faults: Record<string, { done: number; survived: number }>;
  /** The longest time until every lane had a right answer again, in ms. */
  slowestRecovery: number;
  seconds: number;
}

const FAKETIME = `/usr/lib/${
  process.arch === "arm64" ? "aarch64" : "x86_64"
}-linux-gnu/faketime/libfaketime.so.1`;
// Milliseconds in which every lane has to work again. Long, because the machine may be busy.
const RECOVERY = 60_000;
/** Milliseconds in which the client has to end. */
const ENDING = 180_000;

/** Runs a daemon and a client for a while and returns what happened. */
export async function soak(options: SoakOptions): Promise<Soaked> {
  const folder = mkdtempSync(join(tmpdir(), "soak-"));
  const stage = new Stage(folder, options);
  const started = performance.now();
  const faults: Soaked["faults"] = {};
  let slowestRecovery = 0;
  try {
    await stage.begin();
    await sleep(Math.min(20_000, options.time / 6));
    stage.tell("weigh");
    const kinds = Object.keys(HARM);
    let quarters = 0;
    for (let turn = 0; performance.now() - started < options.time || turn < kinds.length; turn++) {
      const kind = kinds[turn % kinds.length]!;
      const count = faults[kind] ??= { done: 0, survived: 0 };
      count.done++;
      await HARM[kind]!(stage, options.quiet);
      const ms = await stage.recovered();
      if (ms !== undefined) count.survived++;
      slowestRecovery = Math.max(slowestRecovery, ms ?? Infinity);
      await sleep(options.quiet);
      if (performance.now() - started < (quarters + 1) * options.time / 4) continue;
      stage.tell("weigh");
      quarters++;
    }
    const seconds = Math.round((performance.now() - started) / 1_000);
    return { ...(await stage.end()), faults, slowestRecovery, seconds };
  } finally {
    stage.clear();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What is done to the daemon or to the client; each waits for the effect to be over. */
const HARM: Record<string, (stage: Stage, length: number) => Promise<void>> = {
  async killed(stage) {
    signal(stage.daemon, "SIGKILL");
    await sleep(300);
    await stage.startDaemon();
  },
  async terminated(stage) {
    signal(stage.daemon, "SIGTERM");
    await sleep(300);
    await stage.startDaemon();
  },
  // As the real daemon does it: the new one removes the socket, the old one serves on unreachable.
  async replaced(stage, length) {
    const old = stage.daemon;
    rmSync(stage.endpoint, { force: true });
    await stage.startDaemon();
    await sleep(length / 2);
    signal(old, "SIGKILL");
  },
  async stopped(stage, length) {
    signal(stage.daemon, "SIGSTOP");
    await sleep(Math.min(4_000, length));
    signal(stage.daemon, "SIGCONT");
  },
  async "idle for longer than its limit"() {
    await sleep(1_600);
  },
  async "daemon out of descriptors"(stage, length) {
    stage.daemon.stdin.write("fill\n");
    await sleep(Math.min(3_000, length));
    stage.daemon.stdin.write("free\n");
  },
  async "client out of descriptors"(stage, length) {
    stage.tell("fill");
    signal(stage.daemon, "SIGKILL");
    await sleep(Math.min(3_000, length));
    stage.tell("free");
    await stage.startDaemon();
  },
  async "64 connections taken"(stage, length) {
    const sockets: Socket[] = [];
    for (let at = 0; at < 70; at++) {
      sockets.push(connectSocket(stage.endpoint).on("error", () => {}));
    }
    await sleep(Math.min(1_200, length));
    for (const socket of sockets) socket.destroy();
  },
  "clock an hour ahead": (stage) => stage.jump(3_600),
  "clock a day back": (stage) => stage.jump(-86_400),
  "clock right again": (stage) => stage.jump(0),
};

class Stage {
  readonly endpoint: string;
  daemon!: Child;
  #client!: Child;
  readonly #folder: string;
  readonly #options: SoakOptions;
  readonly #children: Child[] = [];
  readonly #said: ((what: { recovered?: number; end?: Report }) => void)[] = [];
  #incarnation = 0;

  constructor(folder: string, options: SoakOptions) {
    this.#folder = folder;
    this.#options = options;
    this.endpoint = join(folder, "agent.sock");
  }

  async begin(): Promise<void> {
    writeFileSync(join(this.#folder, "clock"), "+0");
    await this.startDaemon();
    const { command, transports, pace } = this.#options;
    const args = [this.endpoint, transports.join(","), String(pace)];
    this.#client = this.#start([...command, here("client.ts"), ...args], this.#clockVariables());
    createInterface({ input: this.#client.stdout }).on("line", (line) => {
      this.#said.shift()?.(JSON.parse(line));
    });
  }

  async startDaemon(): Promise<void> {
    const incarnation = `daemon ${++this.#incarnation}`;
    const { daemonCommand } = this.#options;
    const daemon = this.#start([...daemonCommand, here("daemon.ts"), this.endpoint, incarnation]);
    for await (const line of createInterface({ input: daemon.stdout })) {
      if (line === "listening") break;
    }
    daemon.stdout.resume();
    this.daemon = daemon;
  }

  tell(command: string): void {
    this.#client.stdin.write(command + "\n");
  }

  async jump(seconds: number): Promise<void> {
    writeFileSync(join(this.#folder, "clock"), `${seconds < 0 ? "" : "+"}${seconds}`);
    if (!existsSync(FAKETIME)) this.tell(`clock ${seconds * 1_000}`);
    await sleep(500);
  }

  /** Milliseconds until all lanes work, or undefined when they do not. */
  async recovered(): Promise<number | undefined> {
    return (await this.#ask("recovered", RECOVERY))?.recovered;
  }

  async end(): Promise<Report> {
    const report = (await this.#ask("end", ENDING))?.end;
    if (report !== undefined) return report;
    signal(this.#client, "SIGUSR2"); // it says what it waits for
    await sleep(5_000);
    throw new Error(`The client of the soak did not end; ${threadsOf(this.#client.pid!)}`);
  }

  clear(): void {
    for (const child of this.#children) signal(child, "SIGKILL");
  }

  async #ask(command: string, limit: number) {
    const answer = new Promise<{ recovered?: number; end?: Report }>((resolve) => {
      this.#said.push(resolve);
    });
    this.tell(command);
    return await Promise.race([answer, sleep(limit)]) ?? undefined;
  }

  #start(command: string[], env: Record<string, string> = {}): Child {
    // Few descriptors, so that they can be taken.
    const words = ["-c", 'ulimit -n 256; exec "$@"', "sh", ...command];
    const child = spawn("sh", words, {
      stdio: ["pipe", "pipe", "inherit"],
      env: { ...process.env, ...env },
    });
    child.stdin.on("error", () => {}); // one that was killed reads nothing any more
    this.#children.push(child);
    return child;
  }

  /** The wall clock as the whole runtime sees it jumps; the monotonic one does not. */
  #clockVariables(): Record<string, string> {
    if (!existsSync(FAKETIME)) return {};
    return {
      LD_PRELOAD: FAKETIME,
      FAKETIME_TIMESTAMP_FILE: join(this.#folder, "clock"),
      FAKETIME_NO_CACHE: "1",
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
    };
  }
}

/** The path of a file of this folder. */
function here(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

/** Where the threads of a process wait in the kernel: the last thing to see of one that hangs. */
function threadsOf(pid: number): string {
  const tasks = `/proc/${pid}/task`;
  return readdirSync(tasks).map((id) =>
    ["comm", "wchan", "syscall"].map((file) => readFileSync(join(tasks, id, file), "utf8").trim())
      .join(" ")
  ).join("; ");
}

function sleep(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), ms));
}

/** Deno's `child.kill()` sends no second signal, so that a stopped child would stay stopped. */
function signal(child: Child, name: NodeJS.Signals): void {
  if (child.exitCode === null && child.signalCode === null) process.kill(child.pid!, name);
}
