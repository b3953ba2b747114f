import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { readFileSync } from "node:fs";
import { VERSION } from "../../cli/version.ts";
import { repoPath, runCommand, test } from "../harness.ts";
import { daemonWith, kca, kcaCommand, posix } from "../support/kca.ts";

const COMMANDS = ["run", "get", "set", "list", "delete", "export", "doctor", "dev", "completion"];

test("kca --version prints the version of the package", async () => {
  const manifest = JSON.parse(readFileSync(repoPath("deno.json"), "utf8"));
  assertEquals(VERSION, manifest.version);
  const { stdout } = await runCommand(kcaCommand(["--version"]));
  assertEquals(stdout, `kca ${manifest.version}\n`);
});

test("kca has help with an example for each command", async () => {
  const { stdout, code } = await runCommand(kcaCommand(["--help"]));
  assertEquals(code, 0);
  for (const command of COMMANDS) {
    assertStringIncludes(stdout, `  ${command} `);
    const help = await runCommand(kcaCommand([command, "--help"]));
    assertEquals(help.code, 0);
    assert(new RegExp(`EXAMPLES?\n[^]*kca ${command} `).test(help.stdout), help.stdout);
    assert(!help.stdout.includes("\x1b"));
  }
}, { timeout: 60_000 });

test("kca answers a wrong command line with 2 and a suggestion", async () => {
  await using daemon = await daemonWith({});
  for (
    const [args, message] of [
      [["runn"], "did you mean `run`"],
      [["list", "--jsn"], "did you mean --json"],
      [["list", "--timeout", "soon"], "value of --timeout"],
      [["get"], "name"],
      [["completion", "tcsh"], "bash"],
    ] as const
  ) {
    const { code, stdout, stderr } = await kca(daemon, args);
    assertEquals([code, stdout], [2, ""], stderr);
    assertStringIncludes(stderr, message);
  }
});

test("kca refuses a flag that lacks its value after =, before anything is done", async () => {
  await using daemon = await daemonWith({ A: "1", B: "2" });
  for (
    const args of [
      ["set", "--prefix="],
      ["set", "--value=", "NAME"],
      ["set", "NAME", "--value=two\nlines"],
      ["list", "--json="],
      ["delete", "-y", "--prefix=", "A"],
      ["run", "--prefix", "A", "--only=", "--", "true"],
    ]
  ) {
    const { code, stdout, stderr } = await kca(daemon, args, { stdin: "value" });
    assertEquals([code, stdout], [2, ""], stderr);
    assertStringIncludes(stderr, "An empty value");
    assert(!stderr.includes("lines\n"), stderr);
  }
  assertEquals(daemon.secrets("AgentSecrets"), { A: "1", B: "2" });
  assertEquals((await kca(daemon, ["list", "--", "--x="])).code, 0);
  assertEquals((await kca(daemon, ["set", "N", "--value", ""])).code, 0);
});

test("kca repeats nothing that may be a value", async () => {
  await using daemon = await daemonWith({});
  for (
    const args of [
      ["set", "NAME", "--value", "--hunter2"],
      ["set", "NAME", "--value", "-hunter"],
      ["set", "NAME", "hunter2"],
      ["run", "--no-inherit-env=hunter2", "--", "true"],
    ]
  ) {
    const { code, stdout, stderr } = await kca(daemon, args);
    assertEquals([code, stdout], [2, ""], stderr);
    assert(!/hunter|-h\b/.test(stderr), stderr);
  }
  assertEquals(daemon.secrets("AgentSecrets"), {});
});

test("kca without a service says how to name one", async () => {
  await using daemon = await daemonWith({});
  const { code, stderr } = await kca(daemon, ["list"], {
    env: { KEYCHAIN_AUTH_SERVICE: undefined },
  });
  assertEquals(code, 2);
  assertStringIncludes(stderr, "KEYCHAIN_AUTH_SERVICE");
});

test("kca completion prints scripts that the shells take", async () => {
  for (const shell of ["bash", "zsh", "fish"]) {
    const { code, stdout } = await runCommand(kcaCommand(["completion", shell]));
    assertEquals(code, 0);
    assertStringIncludes(stdout, "kca complete --");
    if (shell === "bash" && posix) {
      const checked = await runCommand(["bash", "-n"], { stdin: stdout });
      assertEquals([checked.code, checked.stderr], [0, ""]);
    }
  }
});

test("kca completes commands, flags and values", async () => {
  const complete = async (...words: string[]): Promise<string[]> =>
    (await runCommand(kcaCommand(["complete", "--", ...words]))).stdout.split("\n")
      .map((line) => line.split("\t")[0]!).filter((word) => word !== "" && !word.startsWith(":"));
  assertEquals(await complete("d"), ["delete", "doctor", "dev"]);
  assertEquals(await complete("run", "--env"), ["--env-file"]);
  assertEquals(await complete("export", "--format", ""), ["env", "json", "shell", "docker"]);
  assertEquals(await complete("completion", "f"), ["fish"]);
});
