import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { readFileSync } from "node:fs";
import { kebab } from "../../cli/command_line/command.ts";
import { type CommandName, commands } from "../../cli/commands/table.ts";
import { EXIT, EXIT_CODES } from "../../cli/exit_codes.ts";
import { VERSION } from "../../cli/version.ts";
import { repoPath, runCommand, test } from "../harness.ts";
import { ABSENT, daemonWith, kca, kcaCommand, posix } from "../support/kca.ts";

const COMMANDS = [
  "run",
  "get",
  "set",
  "list",
  "delete",
  "export",
  "doctor",
  "dev",
  "conformance",
  "identity",
  "keygen",
  "sign",
  "verify",
  "completion",
];

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

test("kca alone shows the three commands that a newcomer needs, and the way to the others", async () => {
  const { stdout, stderr, code } = await runCommand(kcaCommand([]));
  assertEquals([code, stderr], [0, ""]);
  const shown = [...stdout.matchAll(/^ +kca (\w+)/gm)].map(([, command]) => command);
  assertEquals(shown, ["doctor", "import", "run"]);
  assertStringIncludes(stdout, "kca help\n");
});

test("kca shows the same help however it is asked for", async () => {
  const help = async (...args: string[]): Promise<string> => {
    const { stdout, code } = await runCommand(kcaCommand(args));
    assertEquals(code, 0);
    return stdout;
  };
  const all = await help("help");
  for (const args of [["--help"], ["-h"], ["help", "help"]]) assertEquals(await help(...args), all);
  const run = await help("help", "run");
  for (const args of [["run", "--help"], ["run", "-h"], ["run", "--prefix", "p", "-h"]]) {
    assertEquals(await help(...args), run);
  }
  assertEquals(await help("-v"), await help("--version"));
  assertStringIncludes(run, "shell expands $X");
});

test("kca has help that fits 80 columns, with every flag's value and every exit code", async () => {
  const all = await runCommand(kcaCommand(["help"]));
  for (const code of Object.values(EXIT)) {
    assert(new RegExp(`^ +${code} {2,}\\S`, "m").test(all.stdout), `${code}`);
  }
  assertStringIncludes(all.stdout, "128 + n");
  for (const command of COMMANDS) {
    const { stdout } = await runCommand(kcaCommand(["help", command]));
    for (const line of (stdout + all.stdout).split("\n")) assert(line.length <= 80, line);
    const { flags } = await commands[command as CommandName].load();
    for (const [key, flag] of Object.entries(flags)) {
      const value = flag.kind === "switch" ? "" : flag.bare ? `[=${flag.value}]` : ` ${flag.value}`;
      const no = flag.kind === "switch" && flag.on ? "no-" : "";
      assertStringIncludes(stdout, `--${no}${kebab(key)}${value}`);
    }
  }
}, { timeout: 60_000 });

test("the manual has every flag of every command, and no other", async () => {
  const manual = readFileSync(repoPath("docs", "kca.md"), "utf8");
  const [, table = ""] = /\n## Flags\n(.*?)\n## /s.exec(manual) ?? [];
  for (const command of COMMANDS) {
    const [, row = ""] = new RegExp(`^\\| \`${command}\` +\\|(.*)\\|$`, "m").exec(table) ?? [];
    const { flags } = await commands[command as CommandName].load();
    const expected = Object.entries(flags).map(([key, flag]) => {
      const letter = flag.letter ? `-${flag.letter}, ` : "";
      return `${letter}--${flag.kind === "switch" && flag.on ? "no-" : ""}${kebab(key)}`;
    });
    const listed = [...row.matchAll(/`([^`]+)`/g)].map(([, flag]) => flag!);
    assertEquals(listed, expected.sort(byName), command);
  }
});

function byName(one: string, other: string): number {
  return one.replace(/^.*--/, "") < other.replace(/^.*--/, "") ? -1 : 1;
}

test("the manual has every exit code", () => {
  const manual = readFileSync(repoPath("docs", "kca.md"), "utf8");
  for (const [code, meaning] of EXIT_CODES) {
    assert(
      new RegExp(`^\\| ${code.replace("+", "\\+")} +\\| ${meaning.replace(/[()]/g, "\\$&")}`, "m")
        .test(manual),
      code,
    );
  }
});

test("kca suggests words that are begun or one typing error away, and never delete", async () => {
  await using daemon = await daemonWith({});
  for (
    const [args, suggested] of [
      [["exprot"], "`export`"],
      [["lst"], "`list`"],
      [["help", "doctr"], "`doctor`"],
      [["run", "--prefxi", "p:"], "--prefix"],
      [["exp"], "`export`"],
      [["run", "--pre", "p:"], "--prefix"],
      [["rm", "A"], undefined],
      [["del", "A"], undefined],
      [["ls"], undefined],
      [["delet", "A"], undefined],
      [["delete", "--ye", "A"], undefined],
      [["delete", "--prefi", "A"], undefined],
      [["hunter2"], undefined],
    ] as const
  ) {
    const { code, stdout, stderr } = await kca(daemon, args);
    assertEquals([code, stdout], [2, ""], stderr);
    if (suggested === undefined) assert(!stderr.includes("did you mean"), stderr);
    else assertStringIncludes(stderr, `did you mean ${suggested}?`);
    assert(!stderr.includes("hunter2"), stderr);
  }
});

test("kca --json gives errors as JSON, with a code and what to type next", async () => {
  await using daemon = await daemonWith({ A: "1" }, {
    policy: { allowed_read_services: [], allowed_write_services: [], can_search: true },
  });
  const failure = async (args: string[], env = {}) => {
    const { code, stdout, stderr } = await kca(daemon, args, { env });
    assertEquals(stdout, "");
    const { error } = JSON.parse(stderr);
    assertEquals(error.exitCode, code);
    return error;
  };
  const denied = await failure(["get", "A", "--json"]);
  assertEquals([denied.code, denied.exitCode], ["denied", 4]);
  assert(denied.remedy.startsWith("keychain-auth authorize "), denied.remedy);
  const gone = await failure(["list", "--json"], { KEYCHAIN_AUTH_SOCKET: ABSENT });
  assertEquals(gone.code, "daemon_unavailable");
  // The same that it says in words.
  assert(gone.message.endsWith(`Type: ${gone.remedy}`), JSON.stringify(gone));
  assertEquals((await failure(["lits", "--json"])).code, "usage");
  assertEquals((await failure(["--json", "list"])).code, "usage");
  const usage = await failure(["get", "--json"]);
  assertEquals([usage.code, usage.remedy], ["usage", "kca get --help"]);
  assertEquals((await failure(["get", "--json", "--no-such-flag"])).code, "usage");
  assertEquals((await failure(["export", "--json"])).code, "denied");
  // A program's own --json is not kca's.
  const program = await kca(daemon, ["run", "--", "true", "--json"]);
  assertEquals([program.code, program.stderr.startsWith("kca: ")], [2, true]);
  await using open = await daemonWith({});
  const missing = await kca(open, ["get", "NOPE", "--json"]);
  assertEquals([missing.code, JSON.parse(missing.stderr).error.code], [1, "missing_secrets"]);
});

test("kca run passes everything after its program's name to the program", async () => {
  await using daemon = await daemonWith({ "p:A": "1" });
  const { stdout, stderr } = await kca(daemon, [
    ...["run", "--prefix", "p:", "echo", "--prefix", "q:", "--help", "-x", "--"],
  ]);
  assertEquals([stdout, stderr], ["--prefix q: --help -x --\n", ""]);
}, { skip: !posix });

test("kca answers a wrong command line with 2 and a suggestion", async () => {
  await using daemon = await daemonWith({});
  for (
    const [args, message] of [
      [["runn"], "did you mean `run`"],
      [["list", "--jsn"], "did you mean --json"],
      [["list", "--timeout", "soon"], "value of --timeout"],
      [["list", "--timeout", "5"], "it has no unit; write ms, s or m after the number"],
      [["list", "--timeout", "5000"], "such as 500ms or 5s"],
      [["get"], "name"],
      [["completion", "tcsh"], "bash"],
      [["list", "--jsn=x"], "Argument 1 is not a flag of kca list: did you mean --json?"],
      [["list", "--json="], "--json takes no value"],
      [["list", "--json=yes"], "--json takes no value"],
      [["list", "--socket="], "--socket ''"],
      [["list", "--socket", ""], "Invalid --socket: expected a path, got an empty string"],
      [["list", "--service", "a:b"], 'Invalid --service: the name must not contain ":"'],
      [["help", "rum"], "did you mean `run`?"],
      [["--verison"], "Argument 1 is not a flag of kca: did you mean --version?"],
      [["--json", "list"], "Put the flag after its command"],
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
      ["delete", "-y", "--prefix=", "A"],
      ["run", "--prefix", "A", "--only=", "--", "true"],
    ]
  ) {
    const { code, stdout, stderr } = await kca(daemon, args, { stdin: "value" });
    assertEquals([code, stdout], [2, ""], stderr);
    assertStringIncludes(stderr, "Give an empty value");
    assert(!stderr.includes("lines\n"), stderr);
  }
  assertEquals(daemon.secrets("AgentSecrets"), { A: "1", B: "2" });
  assertEquals((await kca(daemon, ["list", "--", "--x="])).code, 0);
  assertEquals((await kca(daemon, ["set", "N", "--value", ""])).code, 0);
});

test("kca never repeats an argument that may be a value", async () => {
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
