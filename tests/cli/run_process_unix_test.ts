import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { constants } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { ignoredIn } from "../../cli/run/between/signals.ts";
import { execPath, runCommand, runtime, runtimeMajor, test } from "../harness.ts";
import { daemonWith, kca, kcaCommand, kcaEnv, posix, temporaryFolder } from "../support/kca.ts";
import { hasTerminal, runInTerminal } from "../support/terminal.ts";
import type { TestDaemon } from "../../testing/mod.ts";

const linux = process.platform === "linux";
const hasFfi = runtime !== "node" || runtimeMajor >= 26;
/** Becomes the program, by FFI or by `process.execve`. */
const becomes = hasFfi || typeof (process as { execve?: unknown }).execve === "function";

interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<{ code: number | null; signal: string | null }>;
  output(): string;
  /** Resolves when a text has come, or the program has ended. */
  printed(text: string): Promise<void>;
}

/** Starts kca, and waits until its program has printed "ready". */
async function started(daemon: TestDaemon, args: string[], variables = {}): Promise<Started> {
  const [file, ...rest] = kcaCommand(args);
  const env = { ...process.env, ...kcaEnv(daemon), ...variables } as Record<string, string>;
  const child = spawn(file!, rest, { env, stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  let look = (): void => {};
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) =>
    child.on("close", (code, signal) => resolve({ code, signal }))
  );
  child.stdout!.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    look();
  });
  const printed = (text: string): Promise<void> =>
    new Promise((resolve) => {
      look = () => output.includes(text) && resolve();
      look();
      void ended.then(() => resolve());
    });
  await printed("ready");
  return { child, ended, output: () => output, printed };
}

/** Whether kca becomes the program, and whether it stays in front of it. */
const WAYS: [name: string, flags: string[]][] = [["", []], [" --redact", ["--redact"]]];
// No shell can trap what was ignored at its start, as INT is behind an `&` in a script.
const ignored = ignoredIn(linux ? readFileSync("/proc/self/status", "utf8") : "");
const SENT = ["HUP", "INT", "QUIT", "TERM", "USR1", "USR2", "ALRM", "WINCH", "CONT", "URG"]
  .filter((name) => !ignored(constants.signals[`SIG${name}` as NodeJS.Signals]));

for (const [way, flags] of WAYS) {
  test(`kca run${way} passes every signal to the program`, async () => {
    await using daemon = await daemonWith({ "p:A": "alpha-beta" });
    const traps = SENT.map((name) => `trap "echo got-${name}" ${name}`).join("; ");
    const script = `${traps}; trap "exit 41" SYS; echo ready; ` +
      "i=0; while [ $i -lt 1000 ]; do sleep 0.02; i=$((i+1)); done";
    const { child, ended, output, printed } = await started(daemon, [
      ...["run", "--prefix", "p:", ...flags, "--", "sh", "-c", script],
    ]);
    for (const name of SENT) {
      // Not child.kill: Deno's copy of it reports the signal that it sent as the way it ended.
      process.kill(child.pid!, `SIG${name}`);
      await printed(`got-${name}\n`);
    }
    process.kill(child.pid!, "SIGSYS");
    assertEquals(await ended, { code: 41, signal: null });
    assertEquals(output(), `ready\n${SENT.map((name) => `got-${name}\n`).join("")}`);
  }, { skip: !posix });

  for (const signal of ["SIGTERM", "SIGINT", "SIGUSR1", "SIGKILL", "SIGSEGV", "SIGPIPE"]) {
    test(`kca run${way} ends by ${signal} when the program does`, async () => {
      await using daemon = await daemonWith({ "p:A": "alpha-beta" });
      const script = `ulimit -c 0; echo ready; kill -${signal.slice(3)} $$`;
      const { ended } = await started(daemon, [
        ...["run", "--prefix", "p:", ...flags, "--", "sh", "-c", script],
      ]);
      assertEquals(await ended, { code: null, signal });
    }, { skip: !posix || (!becomes && way === "" && signal === "SIGPIPE") });
  }

  test(`kca run${way} in a loop of a shell ends the loop at Ctrl-C`, async () => {
    await using daemon = await daemonWith({ "p:A": "alpha-beta" });
    // Without a child of its own: dash can miss a signal while it makes one.
    const program = ["sh", "-c", "echo ready; exec sleep 20"];
    const command = kcaCommand(["run", "--prefix", "p:", ...flags, "--", ...program]);
    const script = `for i in 1 2 3; do "$@" | cat; done; echo after`;
    const { output, code, missing } = await runInTerminal(
      ["bash", "--norc", "-c", script, "bash", ...command],
      [{ expect: "ready" }, { send: "\x03" }],
      kcaEnv(daemon),
    );
    assertEquals([missing, code], [null, 130]);
    assert(!output.includes("after"), output);
  }, { skip: !hasTerminal });

  test(`kca run${way} stops at Ctrl-Z and continues with fg`, async () => {
    await using daemon = await daemonWith({ "p:A": "alpha-beta" });
    const command = kcaCommand([
      ...["run", "--prefix", "p:", ...flags, "--", "sh", "-c"],
      // Without a child of its own: dash cannot be stopped while it makes one.
      "echo rea''dy; read line; echo do''ne",
    ]);
    const line = command.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
    const { output, missing } = await runInTerminal(
      ["bash", "--norc", "--noprofile", "-i"],
      [
        { expect: "$ " },
        { send: `${line} | cat\n` },
        { expect: "ready" },
        { send: "\x1a" },
        { expect: "Stopped" },
        { send: "jobs; fg\n" },
        { expect: "Stopped" },
        { expect: "run" },
        { send: "\n" },
        { expect: "done" },
        { send: "exit\n" },
      ],
      { ...kcaEnv(daemon), PS1: "$ " },
    );
    assertEquals(missing, null, output);
  }, { skip: !hasTerminal });
}

test("kca run leaves one process, which is the program", async () => {
  const value = `sk-${crypto.randomUUID()}`;
  await using daemon = await daemonWith({ "p:A": value });
  using folder = temporaryFolder();
  const { child, ended } = await started(
    daemon,
    ["run", "--prefix", "p:", "--", "sh", "-c", "echo ready; exec sleep 60"],
    { TMPDIR: folder.path },
  );
  try {
    const read = (path: string): string => {
      try {
        return readFileSync(`/proc/${path}`, "latin1");
      } catch {
        return ""; // It has ended meanwhile, or is another user's.
      }
    };
    while (read(`${child.pid}/comm`) !== "sleep\n") {
      await new Promise((done) => setTimeout(done, 5));
    }
    assertEquals(readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, "utf8"), "");
    assert(readlinkSync(`/proc/${child.pid}/exe`) !== execPath);
    assert(!read(`${child.pid}/maps`).includes(execPath));
    const others = readdirSync("/proc").filter((name) => /^\d+$/.test(name))
      .filter((name) => Number(name) !== child.pid);
    for (const pid of others) {
      assert(!read(`${pid}/cmdline`).includes(value));
      assert(!read(`${pid}/environ`).includes(value));
    }
    assert(read(`${child.pid}/environ`).includes(value));
    assert(!read(`${child.pid}/cmdline`).includes(value));
    assertEquals(readdirSync(folder.path), []);
  } finally {
    child.kill("SIGTERM");
    await ended;
  }
}, { skip: !linux || !becomes });

test("kca run ends at Ctrl-C while the daemon does not answer, and starts nothing", async () => {
  using folder = temporaryFolder();
  const endpoint = join(folder.path, "agent.sock");
  let heard = (): void => {};
  const server = createServer((socket) => void socket.on("data", () => heard()));
  await new Promise<void>((resolve) => server.listen(endpoint, resolve));
  try {
    for (const signal of ["SIGINT", "SIGTERM", "SIGUSR1"] as const) {
      const asked = new Promise<void>((resolve) => heard = resolve);
      const [file, ...args] = kcaCommand(["run", "--prefix", "p:", "--", "echo", "started"]);
      const env = { ...process.env, KEYCHAIN_AUTH_SOCKET: endpoint, KEYCHAIN_AUTH_SERVICE: "s" };
      const child = spawn(file!, args, { env, stdio: ["ignore", "pipe", "pipe"] });
      let output = "";
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding("utf8").on("data", (text: string) => output += text);
      }
      const ended = new Promise((resolve) => child.on("close", (_, by) => resolve(by)));
      await asked;
      process.kill(child.pid!, signal);
      assertEquals([await ended, output], [signal, ""]);
    }
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}, { skip: !posix });

test(
  "kca run finds a program by its own PATH, also when the program gets another or none",
  async () => {
    await using daemon = await daemonWith({ "p:PATH": "/nonexistent" });
    using folder = temporaryFolder();
    const write = (name: string, text: string, mode: number): string => {
      const path = join(folder.path, name);
      writeFileSync(path, text, { mode });
      return path;
    };
    write("kca-test-tool", "#!/bin/sh\necho found $A\n", 0o755);
    write("kca-test-text", "text", 0o644);
    const env = { PATH: `${folder.path}:${process.env.PATH}` };
    const run = (...args: string[]) =>
      kca(daemon, ["run", "--prefix", "p:", "--allow-name", "PATH", ...args], { env });
    for (const flags of [[], ["--no-inherit-env"], ["--no-inherit-env", "--map", "A=p:PATH"]]) {
      const { code, stdout, stderr } = await run(...flags, "--", "kca-test-tool");
      assertEquals([code, stderr], [0, ""]);
      assert(stdout.startsWith("found"));
    }
    assertEquals((await run("--", "kca-test-none")).code, 127);
    assertEquals((await run("--", "kca-test-text")).code, 126);
  },
  { skip: !posix },
);

for (const [way, flags] of WAYS) {
  test(`kca run${way} reports like a shell why a file cannot be started`, async () => {
    await using daemon = await daemonWith({ "p:A": "alpha-beta" });
    using folder = temporaryFolder();
    const run = async (content: string | Uint8Array, mode = 0o755, ...args: string[]) => {
      const path = join(folder.path, "tool");
      writeFileSync(path, content);
      (await import("node:fs")).chmodSync(path, mode);
      return await kca(daemon, ["run", "--prefix", "p:", ...flags, "--", path, ...args]);
    };
    const script = await run('echo "$# $1 ${0##*/} $A"\n', 0o755, "two words");
    const a = way === "" ? "alpha-beta" : "[redacted]";
    assertEquals([script.code, script.stdout], [0, `1 two words tool ${a}\n`]);
    assertEquals((await run("")).code, 0);
    const interpreter = await run("#!/nonexistent/interpreter\n");
    assertEquals([interpreter.code, interpreter.stdout], [127, ""]);
    assertStringIncludes(interpreter.stderr, "interpreter does not exist");
    assertEquals((await run("#!/etc\n")).code, 126);
    const name = "x".repeat(300);
    const long = (program: string) =>
      kca(daemon, ["run", "--prefix", "p:", ...flags, "--", program], {
        env: { PATH: `/${"y".repeat(5_000)}:/${name}:${process.env.PATH}` },
      });
    assertEquals((await long("true")).code, 0);
    assertEquals((await long(name)).code, 127);
    const tooLong = await long(`./${name}`);
    assertEquals(tooLong.code, 126);
    assertStringIncludes(tooLong.stderr, "its name is longer than the system allows");
    const denied = await run("#!/bin/sh\n", 0o644);
    assertEquals([denied.code, denied.stdout], [126, ""]);
    if (!hasFfi) return;
    const binary = await run(Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 0, 0, 0, 0));
    assertEquals([binary.code, binary.stdout], [126, ""]);
    assertStringIncludes(binary.stderr, "binary");
    const nothing = await kca(daemon, ["run", "--prefix", "p:", ...flags, "--", folder.path]);
    assertEquals(nothing.code, 126);
  }, { skip: !posix });
}

test("kca run passes on arguments and variables that are not UTF-8, or refuses", async () => {
  await using daemon = await daemonWith({ "p:A": "1" });
  const script = "import os,sys; os.environb[b'ODD'] = b'v\\xff'; " +
    "os.execvp(sys.argv[1], [*map(os.fsencode, sys.argv[1:]), b'a\\xffb', 'ü'.encode()])";
  const run = async (args: string[]) => {
    const command = kcaCommand(["run", "--prefix", "p:", "--", ...args]);
    return await runCommand(["python3", "-c", script, ...command], { env: kcaEnv(daemon) });
  };
  const { code, stdout, stderr } = await run([
    ...["sh", "-c", 'printf %s "$ODD" "$1" "$2" | od -An -tx1', "sh"],
  ]);
  if (hasFfi) assertEquals([stdout, stderr], [" 76 ff 61 ff 62 c3 bc\n", ""]);
  else assertEquals([code, stdout], [5, ""]);
}, { skip: !linux || !hasTerminal });
