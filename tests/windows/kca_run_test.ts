/** What `kca run` does that only Windows needs. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { passSignals } from "../../cli/run/between/signals.ts";
import { test } from "../harness.ts";
import { daemonWith, kca, temporaryFolder } from "../support/kca.ts";

/** Writes a batch file and gives the variables that let it be found by its name alone. */
function installed(folder: string, name: string, lines: readonly string[]): Record<string, string> {
  writeFileSync(join(folder, name), ["@echo off", ...lines, ""].join("\r\n"));
  const [own = "PATH"] = Object.keys(process.env).filter((key) => key.toUpperCase() === "PATH");
  return { [own]: `${process.env[own]};${folder}` };
}

test("kca run starts a batch file by its name, such as npm", async () => {
  await using daemon = await daemonWith({ "p:A": "from the daemon" });
  using folder = temporaryFolder();
  const env = installed(folder.path, "kca-test-tool.cmd", [
    "echo %A%",
    "echo %~1",
    "echo %~2",
    "exit /b 37",
  ]);
  const { code, stdout, stderr } = await kca(daemon, [
    ...["run", "--prefix", "p:", "--", "kca-test-tool", "two words", "a=b;c,d"],
  ], { env });
  assertEquals(stderr, "");
  assertEquals(stdout.split(/\r?\n/), ["from the daemon", "two words", "a=b;c,d", ""]);
  assertEquals(code, 37);
});

test("kca run starts no batch file with an argument that cmd would split", async () => {
  await using daemon = await daemonWith({ "p:A": "1" });
  using folder = temporaryFolder();
  const env = installed(folder.path, "kca-test-tool.cmd", ["echo started %*"]);
  for (const argument of ['a" & echo broken out & "', "two\nlines"]) {
    const { code, stdout, stderr } = await kca(daemon, [
      ...["run", "--prefix", "p:", "--", "kca-test-tool", argument],
    ], { env });
    assertEquals([code, stdout], [2, ""]);
    assertStringIncludes(stderr, "it is a batch file");
    assert(!stderr.includes("broken"), stderr);
  }
});

// In a path without spaces: Wine's cmd knows no ^ before one.
test("kca run --redact masks what a batch file prints", async () => {
  await using daemon = await daemonWith({ "p:A": "alpha-beta" });
  using folder = temporaryFolder();
  const file = join(folder.path, "tool.cmd");
  writeFileSync(file, "@echo off\r\necho x %A% y\r\n");
  const { code, stdout, stderr } = await kca(daemon, [
    ...["run", "--prefix", "p:", "--redact", "--", file],
  ]);
  assertEquals([stdout.trimEnd(), stderr, code], ["x [redacted] y", "", 0]);
});

test("kca run replaces a variable whose name differs in case", async () => {
  await using daemon = await daemonWith({ "p:KCA_TEST_WORD": "secret" });
  const { stdout } = await kca(daemon, [
    ...["run", "--prefix", "p:", "--", "cmd", "/c", "set kca_test_word"],
  ], { env: { Kca_Test_Word: "own" } });
  assertEquals(stdout.trimEnd(), "KCA_TEST_WORD=secret");
});

test("kca run refuses two secrets that would be the same variable", async () => {
  await using daemon = await daemonWith({ "p:url": "1st", "p:URL": "2nd" });
  const run = (...flags: string[]) =>
    kca(daemon, ["run", "--prefix", "p:", ...flags, "--", "cmd", "/c", "set url"]);
  const { code, stdout, stderr } = await run();
  assertEquals([code, stdout], [5, ""]);
  assertStringIncludes(stderr, "are the same variable on Windows");
  assertEquals((await run("--only", "URL")).stdout.trimEnd(), "URL=2nd");
});

test("kca run leaves Ctrl-C to the console, which sends it to the program too", () => {
  const handlers: (() => void)[] = [];
  const sent: number[] = [];
  const host = { isTerminal: () => true, readFile: () => new Uint8Array() };
  const started = passSignals(host, {
    ignored: () => false,
    unheeded: [],
    seesStops: false,
    endBy: () => {},
    listen: (_signal, handler) => void handlers.push(handler),
  });
  started({ kill: (signal) => void sent.push(signal), ended: new Promise(() => {}) });
  handlers.forEach((handler) => handler());
  assertEquals([handlers.length > 0, sent], [true, []]);
});
