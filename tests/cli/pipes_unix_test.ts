/** Output whose reader is behind, or gone. */
import { assert, assertEquals } from "@std/assert";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { runCommand, test } from "../harness.ts";
import { daemonWith, kca, kcaCommand, kcaEnv, posix, temporaryFolder } from "../support/kca.ts";
import { until } from "../support/raw_client.ts";
import { hasTerminal } from "../support/terminal.ts";
import type { TestDaemon } from "../../testing/mod.ts";

/** Runs kca before a pipe; its code goes to a file. */
async function piped(daemon: TestDaemon, args: string[], reader: string, folder: string) {
  const code = join(folder, "code");
  const { stdout, stderr } = await runCommand(
    ["sh", "-c", `{ "$@"; echo $? > '${code}'; } | ${reader}`, "sh", ...kcaCommand(args)],
    { env: kcaEnv(daemon) },
  );
  return { stdout, stderr, code: Number(readFileSync(code, "utf8")) };
}

test("kca ends as by SIGPIPE when its output is not read, and prints nothing", async () => {
  await using daemon = await daemonWith({ "p:A": "1" });
  using folder = temporaryFolder();
  for (const args of [["list"], ["get", "p:A"], ["--version"], ["--help"]]) {
    assertEquals(await piped(daemon, args, "true", folder.path), {
      stdout: "",
      stderr: "",
      code: 141,
    }, args.join(" "));
  }
}, { skip: !posix });

test(
  "kca run --redact stays until its program's end when its output cannot be written",
  async () => {
    await using daemon = await daemonWith({ "p:A": "alpha" });
    using folder = temporaryFolder();
    const ran = join(folder.path, "ran");
    const script = `trap '' PIPE; echo $A; sleep 0.3; echo > '${ran}'`;
    const command = kcaCommand(["run", "--prefix", "p:", "--redact", "--", "sh", "-c", script]);
    const { code, stderr } = await runCommand(["sh", "-c", '"$@" > /dev/full', "sh", ...command], {
      env: kcaEnv(daemon),
    });
    assertEquals(code, 5);
    assert(/no space left on device/i.test(stderr), stderr);
    // The program is not left behind.
    assert(existsSync(ran));
  },
  { skip: !posix || !existsSync("/dev/full") },
);

test("kca run --redact passes a broken pipe on to its program and ends like it", async () => {
  await using daemon = await daemonWith({ "p:A": "alpha" });
  using folder = temporaryFolder();
  const script = "trap '' PIPE; while echo $A 2> /dev/null; do :; done; exit 7";
  assertEquals(
    await piped(
      daemon,
      ["run", "--prefix", "p:", "--redact", "--", "sh", "-c", script],
      "head -n 1",
      folder.path,
    ),
    { stdout: "[redacted]\n", stderr: "", code: 7 },
  );
}, { skip: !posix });

test(
  "kca run --redact passes signals on while its reader is behind, and then obeys them",
  async () => {
    await using daemon = await daemonWith({ "p:A": "alpha" });
    using folder = temporaryFolder();
    const [pid, got, done] = ["pid", "got", "done"].map((name) => join(folder.path, name)) as [
      string,
      string,
      string,
    ];
    const script = `trap "echo got > ${got}; exit 9" TERM; yes & echo $PPID > ${pid}.new; ` +
      `mv ${pid}.new ${pid}; while :; do sleep 0.05; done`;
    const result = piped(
      daemon,
      ["run", "--prefix", "p:", "--redact", "--", "sh", "-c", script],
      `until [ -e ${done} ]; do sleep 0.05; done`,
      folder.path,
    );
    await until("the program runs", () => existsSync(pid));
    await new Promise((resolve) => setTimeout(resolve, 300));
    const kill = (): void => void process.kill(Number(readFileSync(pid, "utf8")), "SIGTERM");
    kill();
    await until("the program got it", () => existsSync(got));
    // What was written before is not lost: it waits for its reader, until it is told to end.
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert(!existsSync(join(folder.path, "code")));
    kill();
    await until("kca has ended", () => existsSync(join(folder.path, "code")));
    writeFileSync(done, "");
    assertEquals((await result).code, 143);
  },
  { skip: !posix },
);

test("kca run --redact does not wait for background processes of its program", async () => {
  await using daemon = await daemonWith({ "p:A": "alpha" });
  // It would be killed after 60 s.
  const { code, stdout } = await kca(daemon, [
    ...["run", "--prefix", "p:", "--redact", "--", "sh", "-c", "sleep 120 & echo $A; exit 3"],
  ]);
  assertEquals([code, stdout], [3, "[redacted]\n"]);
}, { skip: !posix });

test("kca run --redact loses no output of its program with a slow reader", async () => {
  await using daemon = await daemonWith({ "p:A": "alpha" });
  using folder = temporaryFolder();
  const { code, stdout } = await piped(
    daemon,
    ["run", "--prefix", "p:", "--redact", "--", "head", "-c", "200000", "/dev/zero"],
    "(sleep 2; wc -c)",
    folder.path,
  );
  assertEquals([stdout.trim(), code], ["200000", 0]);
}, { skip: !posix });

test("kca writes everything to a pipe that another program made non-blocking", async () => {
  await using daemon = await daemonWith({ A: "x".repeat(300_000) });
  const script = `import os, subprocess, sys, time
r, w = os.pipe()
os.set_blocking(w, False)
child = subprocess.Popen(sys.argv[1:], stdout=w)
os.close(w)
time.sleep(1)
size = 0
while True:
    chunk = os.read(r, 65536)
    if not chunk: break
    size += len(chunk)
print(size, child.wait())`;
  const { stdout, stderr } = await runCommand(
    ["python3", "-c", script, ...kcaCommand(["get", "A"])],
    { env: kcaEnv(daemon) },
  );
  assertEquals([stdout, stderr], ["300001 0\n", ""]);
}, { skip: !hasTerminal });
