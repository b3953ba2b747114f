/**
 * A machine for one situation: a home, a runtime of its own to be approved, the commands on PATH,
 * and a `/run` of its own. Its user is an ordinary one, also when root runs the tests.
 */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import process from "node:process";
import { fixtureCommand, runtime } from "../harness.ts";
import { quoted, standInScript } from "../support/stand_in.ts";
import { Terminal } from "./terminal.ts";

/** The service that is asked for. */
export const SERVICE = "AgentSecrets";

const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;

const AS_NOBODY = `setpriv --reuid=${NOBODY} --regid=${NOBODY} --clear-groups `;
/** The root of a namespace may enter every folder of its user. */
const WITHOUT_POWERS = "setpriv --bounding-set=-all --inh-caps=-all ";

/** What a mount namespace of its own is made with; `undefined` where there can be none. */
const namespace: readonly string[] | undefined = process.platform !== "linux"
  ? undefined
  : [["unshare", "-m"], ["unshare", "-Urm"]].find(([file, ...args]) =>
    spawnSync(file!, [...args, "mount", "-t", "tmpfs", "tmpfs", "/run"]).status === 0
  );

/** Whether situations can be played here. */
export const playable: boolean = namespace !== undefined;
/** Whether another user's files can be had, too. */
export const hasOthers: boolean = playable && isRoot;

/** How a stage is set up. */
export interface StageOptions {
  /** What the service is called. */
  readonly service?: string;
  /** What the program's folder is called. */
  readonly folder?: string;
  /** Whether root itself is the user. */
  readonly root?: boolean;
}

/** The machine. */
export interface Stage extends AsyncDisposable {
  readonly home: string;
  /** The runtime that is to be approved. */
  readonly program: string;
  readonly service: string;
  /** Where a daemon of the user listens by default. */
  readonly socket: string;
  readonly terminal: Terminal;
  /** Types lines that must work. */
  type(...lines: string[]): Promise<void>;
  /** Runs a line in a terminal of its own and waits until the daemon that it starts listens. */
  start(line?: string): Promise<void>;
  /** A file of root's. */
  chownToRoot(path: string): void;
  /** The command line that reads the secret. */
  read(timeout: number, sync: boolean): string;
  /** The command line of kca. */
  kca(...args: string[]): string;
}

/** Sets one up. */
export function openStage(options: StageOptions = {}): Stage {
  const { service = SERVICE, folder = "program", root = false } = options;
  const home = realpathSync(mkdtempSync(join(tmpdir(), "kca-stage-")));
  const drop = isRoot && !root;
  const own = (path: string): string => {
    if (drop) chownSync(path, NOBODY, NOBODY);
    return path;
  };
  const make = (...parts: string[]): string => {
    const path = join(home, ...parts);
    mkdirSync(path, { recursive: true });
    return own(path);
  };
  own(home);
  const bin = make("bin");
  // Another file than the daemon's runtime, which may be where the user may not look.
  const program = join(make(folder), basename(process.execPath));
  duplicate(process.execPath, program);
  const system = make("system");
  const seed = own(write(join(home, "seed.json"), JSON.stringify({ [service]: { A: "1" } })));
  const command = (name: string, args: string[] = []): string[] => [
    program,
    ...fixtureCommand(name, { args }).slice(1),
  ];
  const install = (name: string, script: string): void =>
    void own(write(join(bin, name), `#!/bin/sh\n${script}\n`, 0o755));
  const daemonRuntime = join(make("daemon"), basename(process.execPath));
  duplicate(program, daemonRuntime);
  const standIn = [daemonRuntime, ...fixtureCommand("keychain_auth").slice(1)];
  install("keychain-auth", standInScript(standIn));
  install("kca", standInScript([daemonRuntime, ...fixtureCommand("kca").slice(1)]));
  install("sudo", `export STAND_IN_SYSTEM=${quoted(system)}\nexec "$@"`);
  install(
    "systemctl",
    `test "$*" = "start keychain-auth" && test -n "$STAND_IN_SYSTEM" || exit 1
unset KEYCHAIN_AUTH_SOCKET
keychain-auth start >${quoted(join(home, "system.log"))} 2>&1 &
${listening(join(home, "system.log"))}`,
  );
  const setUp = [
    "mount -t tmpfs tmpfs /run",
    "mkdir -m 755 /run/user-of-stage",
    ...(drop ? ["chown 65534:65534 /run"] : []),
    `exec ${drop ? AS_NOBODY : isRoot ? "" : WITHOUT_POWERS}/bin/sh`,
  ];
  const terminal = new Terminal([...namespace!, "/bin/sh", "-c", setUp.join(" && ")], home, {
    PATH: `${bin}:${process.env.PATH}`,
    HOME: make("home"),
    XDG_RUNTIME_DIR: make("user"),
    SECRET_SERVICE: service,
    KEYCHAIN_AUTH_SERVICE: service,
    STAND_IN_SEED: seed,
    NODE_NO_WARNINGS: "1",
    ...(runtime === "deno" && { DENO_DIR: codeFolder() }),
    ...(runtime === "node" && { NODE_COMPILE_CACHE: codeFolder() }),
  });
  let started = 0;
  const stage: Stage = {
    home,
    program,
    service,
    socket: join(home, "user", "keychain-auth", "agent.sock"),
    terminal,
    async type(...lines) {
      for (const line of lines) {
        const { code, stdout } = await terminal.type(line);
        if (code !== 0) throw new Error(`"${line}" ended with ${code}:\n${stdout}`);
      }
    },
    async start(line = "keychain-auth start") {
      const log = join(home, `daemon${++started}.log`);
      // It has not what was typed into this one.
      const other = `(unset KEYCHAIN_AUTH_SOCKET; exec ${line}) >${quoted(log)} 2>&1 & DAEMON=$!`;
      await stage.type(other, `${listening(log)}`);
    },
    chownToRoot(path) {
      chownSync(path, 0, 0);
    },
    read: (timeout, sync) =>
      line(command("read_secret", [String(timeout), ...(sync ? ["sync"] : [])])),
    kca: (...args) => line(command("kca", args)),
    async [Symbol.asyncDispose]() {
      await terminal[Symbol.asyncDispose]();
      rmSync(home, { recursive: true, force: true });
    },
  };
  return stage;
}

/** Waits for what a daemon says when it listens; fails when it says something else. */
function listening(log: string): string {
  const said = `grep -q -e 'listening on' -e KEYCHAIN_AUTH_SOCKET= ${quoted(log)} 2>/dev/null`;
  return `n=0; while ! ${said}; do n=$((n+1)); test $n -lt 600 || exit 1; sleep 0.1; done`;
}

function line(words: readonly string[]): string {
  return words.map(quoted).join(" ");
}

function write(path: string, text: string, mode: number = 0o644): string {
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

function duplicate(from: string, to: string): void {
  try {
    linkSync(realpathSync(from), to);
  } catch {
    copyFileSync(from, to); // another file system, or another user's file
  }
}

let cache: string | undefined;

/** One for all stages: what is compiled once need not be compiled again. */
function codeFolder(): string {
  if (cache === undefined) {
    cache = mkdtempSync(join(tmpdir(), "kca-stage-code-"));
    chmodSync(cache, 0o777);
    const made = cache;
    process.on("exit", () => rmSync(made, { recursive: true, force: true }));
  }
  return cache;
}
