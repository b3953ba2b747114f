import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { kebab } from "../../cli/command_line/command.ts";
import { commands } from "../../cli/commands/table.ts";
import { runCommand, test } from "../harness.ts";
import { ABSENT, daemonWith, kca, kcaCommand, posix, SERVICE } from "../support/kca.ts";
import { SPEC, stage, STORED } from "../support/kca_project.ts";

test("kca completion prints scripts that work in the shells", async () => {
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

test("kca completes all flags of all commands", async () => {
  for (const [command, { load }] of Object.entries(commands)) {
    const { stdout } = await runCommand(kcaCommand(["complete", "--", command, "-"]));
    const offered = stdout.split("\n").map((line) => line.split("\t")[0]);
    const { flags } = await load();
    for (const [key, flag] of Object.entries(flags)) {
      assert(
        offered.includes(`--${flag.kind === "switch" && flag.on ? "no-" : ""}${kebab(key)}`),
        key,
      );
    }
  }
}, { timeout: 60_000 });

test("kca completes names of secrets that are safe in a shell", async () => {
  await using daemon = await daemonWith({
    "proj_1:dev:A": "leaked",
    "proj_1:dev:B": "leaked",
    "proj_1:prod:A": "leaked",
    "other": "leaked",
    "other$(touch x)": "leaked",
    "other name": "leaked",
    "-other": "leaked",
  });
  // A slow machine takes longer than somebody who presses TAB waits.
  const complete = async (name: string, ...words: string[]): Promise<string[]> => {
    const { stdout } = await kca(daemon, ["complete", "--", name, "--timeout", "60s", ...words]);
    assert(!stdout.includes("leaked"));
    return stdout.split("\n").slice(0, -1);
  };
  assertEquals(await complete("get", "proj_1:dev:"), ["proj_1:dev:A", "proj_1:dev:B"]);
  assertEquals(await complete("get", "--prefix", "proj_1:dev:", "A", ""), ["B"]);
  assertEquals(await complete("get", "oth"), ["other"]);
  assertEquals(await complete("get", ""), [
    "other",
    "proj_1:dev:A",
    "proj_1:dev:B",
    "proj_1:prod:A",
  ]);
  assertEquals(await complete("get", "--", "other", "oth"), []);
  assertEquals(await complete("delete", "--prefix", "proj_1:"), ["proj_1:dev:", "proj_1:prod:"]);
  assertEquals(await complete("run", "--prefix=pro"), ["proj_1:"]);
  assertEquals(await complete("run", "--map", "A=proj_1:p"), ["A=proj_1:prod:A"]);
  assertEquals(await complete("list", ""), ["other", "proj_1:"]);
  assertEquals(await complete("get", "--service", "else", ""), []);
});

test("kca completes commands, flags and values", async () => {
  const complete = async (...words: string[]): Promise<string[]> =>
    (await runCommand(kcaCommand(["complete", "--", ...words]))).stdout.split("\n")
      .map((line) => line.split("\t")[0]!).filter((word) => word !== "" && !word.startsWith(":"));
  assertEquals(await complete("d"), ["delete", "doctor", "dev"]);
  assertEquals(await complete("run", "--dot"), ["--dotenv"]);
  assertEquals(await complete("export", "--format", "d"), ["docker", "direnv"]);
  assertEquals(await complete("export", "--format=s"), ["shell", "systemd"]);
  assertEquals(await complete("help", "ge"), ["get"]);
  assertEquals(await complete("doctor", "--need", "read,s"), ["read,search"]);
  // What was given is not offered again, unless it may be repeated.
  assertEquals(await complete("get", "--json", "--js"), []);
  assertEquals(await complete("run", "--map", "A=b", "--ma"), ["--map"]);
  for (const ended of [["run", "--", "--"], ["run", "npm", "--"]]) {
    assertEquals(await complete(...ended), []);
  }
  assertEquals(await complete("completion", "f"), ["fish"]);
  // A letter waits for its value too, which the shell completes as a file.
  assertEquals(await complete("inject", "-i", ""), []);
  assertEquals(await complete("inject", "-i", "FILE", "--inp"), []);
  assertEquals(await complete("doctor", "--need", "read,"), ["read,search", "read,write"]);
  assertEquals(await complete("completion", "--", "f"), ["fish"]);
  assertEquals(await complete("completion", "fish", ""), []);
});

test("kca completes what the project declares, without a daemon and from its file alone", async () => {
  await using daemon = await daemonWith(STORED);
  using at = stage(daemon);
  const complete = async (...words: string[]): Promise<string[]> => {
    const { stdout, stderr } = await at.run(["complete", "--", ...words]);
    assertEquals(stderr, "");
    return stdout.split("\n").map((line) => line.split("\t")[0]!).filter((word) => word !== "");
  };
  assertEquals(await complete("get", ""), Object.keys(SPEC.secrets));
  assertEquals(await complete("set", "S"), ["SENTRY_DSN", "SESSION_KEY"]);
  assertEquals(await complete("get", "PORT", "P"), []);
  assertEquals(await complete("run", "--profile", "p"), ["production"]);
  assertEquals(await complete("run", "--only", "PORT,DA"), ["PORT,DATABASE_URL"]);
  assertEquals(await complete("run", "--no-override=P"), ["PORT"]);
  // Where the shell offers files.
  assertEquals(await complete("scan", ""), []);
  assertEquals(await complete("get", "--timeout=60s", "--service", SERVICE, "shared"), [
    "shared:OPENAI_KEY",
  ]);
  assertEquals(daemon.requests, 1);
});

test("kca completes nothing without a daemon, and prints no error", async () => {
  await using daemon = await daemonWith({ A: "1" });
  const env = { KEYCHAIN_AUTH_SOCKET: ABSENT };
  const gone = await kca(daemon, ["complete", "--", "get", ""], { env });
  assertEquals(gone, { stdout: "", stderr: "", code: 0 });
  const unnamed = await kca(daemon, ["complete", "--", "get", ""], {
    env: { KEYCHAIN_AUTH_SERVICE: undefined },
  });
  assertEquals(unnamed, { stdout: "", stderr: "", code: 0 });
});
