import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "../harness.ts";
import { daemonWith, kca, posix, temporaryFolder } from "../support/kca.ts";

const skip = !posix;
const PREFIX = "proj_123:development:";

test("kca run gives the program its variables by one request", async () => {
  await using daemon = await daemonWith({
    [`${PREFIX}URL`]: "postgres://dev-db",
    [`${PREFIX}KEY`]: "two\nlines and 'quotes' $HOME",
    [`${PREFIX}EMPTY`]: "",
    "proj_999:development:URL": "another",
  });
  const { code, stdout, stderr } = await kca(daemon, [
    ...["run", "--prefix", PREFIX, "--"],
    ...["sh", "-c", 'printf "%s|%s|%s|%s" "$URL" "$KEY" "${EMPTY-unset}" "$1"', "sh", "--x y"],
  ]);
  assertEquals(stderr, "");
  assertEquals(stdout, "postgres://dev-db|two\nlines and 'quotes' $HOME||--x y");
  assertEquals(code, 0);
  assertEquals(daemon.requests, 1);
}, { skip });

test("kca run --map and --only need no permission to search", async () => {
  await using daemon = await daemonWith({ "p:A": "1", "p:B": "2", "other": "3" }, {
    policy: {
      allowed_read_services: ["AgentSecrets"],
      allowed_write_services: [],
      can_search: false,
    },
  });
  const { stdout, stderr } = await kca(daemon, [
    ...["run", "--prefix", "p:", "--map", "C=other", "--only", "A,C", "--"],
    ...["sh", "-c", "echo $A-$B-$C"],
  ]);
  assertEquals(stderr, "");
  assertEquals(stdout, "1--3\n");
  assertEquals(daemon.requests, 1);
}, { skip });

test("kca run lets secrets win over the shell unless --no-override says otherwise", async () => {
  await using daemon = await daemonWith({ "p:A": "secret" });
  const env = { A: "shell", B: "inherited" };
  const run = async (...flags: string[]): Promise<string> => {
    const args = ["run", "--prefix", "p:", ...flags, "--", "/bin/sh", "-c", "echo $A-$B"];
    return (await kca(daemon, args, { env })).stdout;
  };
  assertEquals(await run(), "secret-inherited\n");
  assertEquals(await run("--no-override"), "shell-inherited\n");
  assertEquals(await run("--no-inherit-env"), "secret-\n");
}, { skip });

test("kca run starts nothing when a secret is missing", async () => {
  await using daemon = await daemonWith({ "p:A": "1" });
  using folder = temporaryFolder();
  const mark = join(folder.path, "started");
  const env = join(folder.path, "env");
  writeFileSync(env, "X='kca://AgentSecrets/none'\n");
  const cases: [string[], string][] = [
    [["--prefix", "q:"], 'no name that begins with "q:"'],
    [["--prefix", "p:", "--map", "B=nope"], 'has no "nope", wanted for B'],
    [["--prefix", "p:", "--only", "A,Z"], 'Nothing gives the variable "Z"'],
    [["--env-file", env], 'has no "none", wanted for X'],
  ];
  for (const [flags, message] of cases) {
    const { code, stdout, stderr } = await kca(daemon, ["run", ...flags, "--", "touch", mark]);
    assertEquals(code, 1);
    assertEquals(stdout, "");
    assertStringIncludes(stderr, message);
    assertStringIncludes(stderr, "Nothing was started");
    assert(!existsSync(mark));
  }
}, { skip });

test("kca run --env-file fills in references anywhere in a value", async () => {
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
  const script = 'printf \'%s|\' "$URL" "$WHOLE" "$LITERAL" "$PLAIN"';
  const { stdout, stderr } = await kca(daemon, [
    "run",
    "--env-file",
    file,
    "--",
    "sh",
    "-c",
    script,
  ]);
  assertEquals(stderr, "");
  assertEquals(stdout, "postgres://me:s3:cr@t@host/db|me|no reference|$x|");
  assertEquals(daemon.requests, 1);
}, { skip });

test("kca run ends as its program did", async () => {
  await using daemon = await daemonWith({ "p:A": "1" });
  const code = async (...command: string[]): Promise<number> =>
    (await kca(daemon, ["run", "--prefix", "p:", "--", ...command])).code;
  assertEquals(await code("sh", "-c", "exit 37"), 37);
  assertEquals(await code("sh", "-c", "kill -TERM $$"), 143);
  assertEquals(await code("sh", "-c", "kill -KILL $$"), 137);
  assertEquals(await code("no-such-program-anywhere"), 127);
  assertEquals(await code("/etc/passwd"), 126);
}, { skip });

test("kca run ends with 2, 3 and 4 for usage, no daemon and a denial", async () => {
  await using daemon = await daemonWith({ "p:A": "1" }, {
    policy: { allowed_read_services: [], allowed_write_services: [], can_search: true },
  });
  const run = (flags: string[], env = {}) =>
    kca(daemon, ["run", ...flags, "--", "echo", "started"], { env });
  const usage = await run([]);
  assertEquals([usage.code, usage.stdout], [2, ""]);
  const gone = await run(["--prefix", "p:"], { KEYCHAIN_AUTH_SOCKET: "/nonexistent/agent.sock" });
  assertEquals([gone.code, gone.stdout], [3, ""]);
  assertStringIncludes(gone.stderr, "keychain-auth start");
  const denied = await run(["--prefix", "p:"]);
  assertEquals([denied.code, denied.stdout], [4, ""]);
  assertStringIncludes(denied.stderr, "keychain-auth authorize");
}, { skip });

test("kca run takes an environment of 10,000 variables", async () => {
  const secrets: Record<string, string> = {};
  for (let index = 0; index < 10_000; index++) secrets[`p:VAR_${index}`] = `value ${index}\n$x`;
  await using daemon = await daemonWith(secrets);
  const script = 'test "$VAR_9999" = "value 9999\n\\$x" && env | grep -c "^VAR_"';
  const { stdout, stderr } = await kca(daemon, [
    ...["run", "--prefix", "p:", "--", "sh", "-c", script],
  ]);
  assertEquals(stderr, "");
  assertEquals(stdout, "10000\n");
}, { skip });

test("kca run says before the start what no environment can hold", async () => {
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
      ["long:", '"VALUE" takes 1100007 bytes'],
      ["nul:", "holds a NUL character"],
      ["name:", '"A=B" is no variable'],
      ["many:", "The environment takes 9"],
    ] as const
  ) {
    const { code, stdout, stderr } = await kca(daemon, [
      ...["run", "--prefix", prefix, "--", "echo", "started"],
    ]);
    assertEquals([code, stdout], [5, ""]);
    assertStringIncludes(stderr, message);
    assertStringIncludes(stderr, "Nothing was started");
    assert(!stderr.includes("xxx"));
  }
}, { skip });
