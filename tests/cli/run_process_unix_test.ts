import { assert, assertEquals } from "@std/assert";
import { spawn } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { runCommand, test } from "../harness.ts";
import { daemonWith, kca, kcaCommand, kcaEnv, posix, temporaryFolder } from "../support/kca.ts";
import type { TestDaemon } from "../../testing/mod.ts";

const linux = process.platform === "linux";

/** Starts kca, and waits until its program has printed "ready". */
async function started(daemon: TestDaemon, args: string[], variables = {}) {
  const [file, ...rest] = kcaCommand(args);
  const env = { ...process.env, ...kcaEnv(daemon), ...variables } as Record<string, string>;
  const child = spawn(file!, rest, { env, stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) =>
    child.on("close", (code, signal) => resolve({ code, signal }))
  );
  await new Promise<void>((resolve) => {
    child.stdout!.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      if (output.includes("ready")) resolve();
    });
    void ended.then(() => resolve());
  });
  return { child, ended, output: () => output };
}

for (const [name, code] of [["TERM", 41], ["INT", 42], ["HUP", 43], ["QUIT", 44]] as const) {
  test(`kca run passes SIG${name} on`, async () => {
    await using daemon = await daemonWith({ "p:A": "1" });
    const script = `trap "echo got ${name}; exit ${code}" ${name}; echo ready; ` +
      "i=0; while [ $i -lt 200 ]; do sleep 0.05; i=$((i+1)); done";
    const { child, ended, output } = await started(daemon, [
      ...["run", "--prefix", "p:", "--", "sh", "-c", script],
    ]);
    // Not child.kill: Deno's copy of it reports the signal that it sent as the way it ended.
    process.kill(child.pid!, `SIG${name}`);
    assertEquals(await ended, { code, signal: null });
    assertEquals(output(), `ready\ngot ${name}\n`);
  }, { skip: !posix });
}

test(
  "kca run finds a program by its own PATH, also when the program gets another or none",
  async () => {
    await using daemon = await daemonWith({ "p:PATH": "/nonexistent" });
    using folder = temporaryFolder();
    const tool = join(folder.path, "kca-test-tool");
    writeFileSync(tool, "#!/bin/sh\necho found $A\n", { mode: 0o755 });
    writeFileSync(join(folder.path, "kca-test-text"), "text", { mode: 0o644 });
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

test("kca run hands its program no descriptor", async () => {
  await using daemon = await daemonWith({ "p:A": "1" });
  const list = ["ls", "-l", "/proc/self/fd"];
  const { stdout } = await kca(daemon, ["run", "--prefix", "p:", "--", ...list]);
  // What the test itself hands on by mistake of its runner is not the command's.
  const { stdout: plain } = await runCommand(list);
  const numbers = (text: string) => [...text.matchAll(/ (\d+) -> /g)].map(([, fd]) => Number(fd));
  const allowed = new Set(numbers(plain));
  assertEquals(numbers(stdout).filter((fd) => !allowed.has(fd)), [], stdout);
  assert(numbers(stdout).length >= 3, stdout);
}, { skip: !linux });

test("kca run shows no value in any command line nor in a temporary file", async () => {
  const value = `sk-${crypto.randomUUID()}`;
  await using daemon = await daemonWith({ "p:A": value });
  using folder = temporaryFolder();
  const { child, ended } = await started(
    daemon,
    ["run", "--prefix", "p:", "--", "sh", "-c", "echo ready; exec sleep 5"],
    { TMPDIR: folder.path },
  );
  try {
    const lines = readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8");
      } catch {
        return ""; // It has ended meanwhile.
      }
    });
    assert(lines.some((line) => line.includes("--prefix")));
    assert(!lines.some((line) => line.includes(value)));
    assertEquals(readdirSync(folder.path), []);
  } finally {
    child.kill("SIGTERM");
    await ended;
  }
}, { skip: !linux });

test("kca run --redact masks values that are cut into chunks", async () => {
  await using daemon = await daemonWith({ "p:A": "alpha-beta", "p:B": "beta-gamma" });
  const script = "printf 'x alph'; sleep 0.1; printf 'a-be'; sleep 0.1; printf 'ta-gamma y\\n'; " +
    "echo beta-gamma alpha >&2";
  const { stdout, stderr } = await kca(daemon, [
    ...["run", "--prefix", "p:", "--redact", "--", "sh", "-c", script],
  ]);
  assertEquals(stdout, "x [redacted] y\n");
  assertEquals(stderr, "[redacted] alpha\n");
}, { skip: !posix });
