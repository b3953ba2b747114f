import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fixtureCommand, test } from "../harness.ts";
import { ABSENT, daemonWith, kca, posix, temporaryFolder } from "../support/kca.ts";

/** The command line of a program that does one thing; see the fixture. */
const program = (...args: string[]): string[] => ["--", ...fixtureCommand("program", { args })];
const PREFIX = "proj_123:development:";

test("kca run gives the program its variables by one request", async () => {
  await using daemon = await daemonWith({
    [`${PREFIX}URL`]: "postgres://dev-db",
    [`${PREFIX}KEY`]: "two\nlines and 'quotes' $HOME",
    [`${PREFIX}EMPTY`]: "",
    "proj_999:development:URL": "another",
  });
  const { code, stdout, stderr } = await kca(daemon, [
    ...["run", "--prefix", PREFIX],
    ...program("show", "URL", "KEY", "EMPTY", "--", "--x y"),
  ]);
  assertEquals(stderr, "");
  assertEquals(JSON.parse(stdout), [
    ...["postgres://dev-db", "two\nlines and 'quotes' $HOME", "", "--x y"],
  ]);
  assertEquals(code, 0);
  assertEquals(daemon.requests, 1);
});

test("kca run --map and --only need no permission to search", async () => {
  await using daemon = await daemonWith({ "p:A": "1", "p:B": "2", "other": "3" }, {
    policy: {
      allowed_read_services: ["AgentSecrets"],
      allowed_write_services: [],
      can_search: false,
    },
  });
  const { stdout, stderr } = await kca(daemon, [
    ...["run", "--prefix", "p:", "--map", "C=other", "--only", "A,C"],
    ...program("show", "A", "B", "C"),
  ]);
  assertEquals(stderr, "");
  assertEquals(JSON.parse(stdout), ["1", null, "3"]);
  assertEquals(daemon.requests, 1);
});

test("kca run needs no service where each reference names its own", async () => {
  await using daemon = await daemonWith({ "p:A": "1" });
  const env = { KEYCHAIN_AUTH_SERVICE: undefined };
  const map = ["run", "--map", "X=kca://AgentSecrets/p:A"];
  const { stdout, stderr } = await kca(daemon, [...map, ...program("show", "X")], { env });
  assertEquals(stderr, "");
  assertEquals(JSON.parse(stdout), ["1"]);
  const target = await kca(daemon, [...map, "--map", "Y=p:A", ...program("show", "Y")], { env });
  assertEquals([target.code, target.stdout], [2, ""]);
  assertStringIncludes(target.stderr, "--service");
});

test("kca run lets secrets win over the shell unless --no-override says otherwise", async () => {
  await using daemon = await daemonWith({ "p:A": "secret" });
  const env = { A: "shell", B: "inherited" };
  const run = async (...flags: string[]): Promise<unknown> => {
    const args = ["run", "--prefix", "p:", ...flags, ...program("show", "A", "B")];
    const { stdout, stderr } = await kca(daemon, args, { env });
    assertEquals(stderr, "");
    return JSON.parse(stdout);
  };
  assertEquals(await run(), ["secret", "inherited"]);
  assertEquals(await run("--no-override"), ["shell", "inherited"]);
  assertEquals(await run("--no-inherit-env"), ["secret", null]);
});

test("kca run starts nothing when a secret is missing", async () => {
  await using daemon = await daemonWith({ "p:A": "1" });
  using folder = temporaryFolder();
  const mark = join(folder.path, "started");
  const env = join(folder.path, "env");
  writeFileSync(env, "X='kca://AgentSecrets/none'\n");
  const cases: [string[], string][] = [
    [["--prefix", "q:"], 'no name that begins with "q:"'],
    [["--prefix", "p:", "--map", "B=nope"], 'has no "nope", wanted for B'],
    [["--prefix", "p:", "--only", "A,Z"], 'No value for the variable "Z"'],
    [["--dotenv", env], 'has no "none", wanted for X'],
  ];
  for (const [flags, message] of cases) {
    const { code, stdout, stderr } = await kca(daemon, [
      ...["run", ...flags, ...program("touch", mark)],
    ]);
    assertEquals(code, 1);
    assertEquals(stdout, "");
    assertStringIncludes(stderr, message);
    assertStringIncludes(stderr, "Nothing was started");
    assert(!existsSync(mark));
  }
});

test("kca run --dotenv fills in references anywhere in a value", async () => {
  await using daemon = await daemonWith({ "db:user": "me", "p@ss/ö": "s3:cr@t", "plain": "$x" });
  using folder = temporaryFolder();
  const file = join(folder.path, "env");
  writeFileSync(
    file,
    [
      "# comment",
      "URL=postgres://kca://AgentSecrets/db%3Auser:kca://AgentSecrets/p%40ss%2F%C3%B6@host/db",
      'WHOLE="kca://AgentSecrets/db:user"',
      "LITERAL=no reference",
      "PLAIN=kca://AgentSecrets/plain",
    ].join("\n"),
  );
  const { stdout, stderr } = await kca(daemon, [
    ...["run", "--dotenv", file, ...program("show", "URL", "WHOLE", "LITERAL", "PLAIN")],
  ]);
  assertEquals(stderr, "");
  assertEquals(JSON.parse(stdout), [
    ...["postgres://me:s3:cr@t@host/db", "me", "no reference", "$x"],
  ]);
  assertEquals(daemon.requests, 1);
});

test("kca run ends as its program did", async () => {
  await using daemon = await daemonWith({ "p:A": "1" });
  const code = async (...command: string[]): Promise<number> =>
    (await kca(daemon, ["run", "--prefix", "p:", ...command])).code;
  assertEquals(await code(...program("exit", "37")), 37);
  assertEquals(await code("--", "no-such-program-anywhere"), 127);
  if (!posix) return;
  assertEquals(await code("--", "/etc/passwd"), 126);
});

test("kca run ends with 2, 3 and 4 for usage, no daemon and a denial", async () => {
  await using daemon = await daemonWith({ "p:A": "1" }, {
    policy: { allowed_read_services: [], allowed_write_services: [], can_search: true },
  });
  const run = (flags: string[], env = {}) =>
    kca(daemon, ["run", ...flags, ...program("show", "A")], { env });
  const usage = await run([]);
  assertEquals([usage.code, usage.stdout], [2, ""]);
  const gone = await run(["--prefix", "p:"], { KEYCHAIN_AUTH_SOCKET: ABSENT });
  assertEquals([gone.code, gone.stdout], [3, ""]);
  assertStringIncludes(gone.stderr, "keychain-auth start");
  const denied = await run(["--prefix", "p:"]);
  assertEquals([denied.code, denied.stdout], [4, ""]);
  assertStringIncludes(denied.stderr, "keychain-auth authorize");
});

test("kca run takes an environment of 10,000 variables", async () => {
  const secrets: Record<string, string> = {};
  for (let index = 0; index < 10_000; index++) secrets[`p:VAR_${index}`] = `value ${index}\n$x`;
  await using daemon = await daemonWith(secrets);
  const { stdout, stderr } = await kca(daemon, ["run", "--prefix", "p:", ...program("count")]);
  assertEquals(stderr, "");
  assertEquals(JSON.parse(stdout), [10_000, "value 9999\n$x"]);
});

test("kca run reports before the start values that an environment cannot contain", async () => {
  const many: Record<string, string> = {};
  for (let index = 0; index < 150; index++) many[`many:V${index}`] = "x".repeat(60_000);
  await using daemon = await daemonWith({
    "long:VALUE": "x".repeat(1_100_000),
    "nul:VALUE": "a\0b",
    "name:A=B": "x",
    ...many,
  });
  for (
    const [prefix, message] of [
      ["long:", '"VALUE" takes 1100007 '],
      ["nul:", "contains a NUL character"],
      ["name:", '"A=B" cannot be the name'],
      ["many:", posix ? "The environment takes 9" : "takes 60004 characters"],
    ] as const
  ) {
    const { code, stdout, stderr } = await kca(daemon, [
      ...["run", "--prefix", prefix, ...program("show", "VALUE")],
    ]);
    assertEquals([code, stdout], [5, ""]);
    assertStringIncludes(stderr, message);
    assertStringIncludes(stderr, "Nothing was started");
    assert(!stderr.includes("xxx"));
  }
});
