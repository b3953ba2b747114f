/** `kca import` with links, git, signals, and a file that changes meanwhile. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import dotenv from "dotenv";
import { spawnSync } from "node:child_process";
import { appendFileSync, linkSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { connect } from "../../mod.ts";
import { execPath, runCommand, runtime, test } from "../harness.ts";
import { daemonWith, kcaCommand, posix, SERVICE } from "../support/kca.ts";
import { type EnvFolder, envFolder } from "../support/env_folder.ts";
import { hasTerminal, runInTerminal, type Step } from "../support/terminal.ts";

/** Each starts the command many times, which takes minutes on a machine with nothing to spare. */
const MANY_STARTS = { skip: !posix, timeout: 180_000 };

const TWENTY = [
  "# The settings of the app",
  "PLAIN=value",
  "export EXPORTED=yes",
  "SPACED = around",
  "EMPTY=",
  "SINGLE='single quotes # kept'",
  "DOUBLE=\"double 'quotes'\"",
  'ESCAPED="line one\\nline two"',
  'TICKS=`it\'s "so"`',
  'PEM="-----BEGIN KEY-----',
  "abc#def==",
  '-----END KEY-----"',
  "COMMENT=value # not this",
  "DOLLAR='pa$$word'",
  "REFERENCE=${PLAIN}/path",
  "ESCAPED_DOLLAR=\\$PLAIN",
  "UNICODE=pässwörd😀",
  'JSON={"a": [1, 2]}',
  "URL=postgres://user:p%40ss@localhost:5432/db?x=1",
  "EQUALS=a=b==",
  "BACKSLASH='C:\\new\\table'",
  "TRAILING='  spaces  '",
  "PORT=3000",
];

/** Starts the app of the folder as a user does. */
async function app(at: EnvFolder, front: readonly string[]): Promise<Record<string, string>> {
  const command = [...front, execPath, ...runtime === "deno" ? ["run", "-A"] : [], "app.js"];
  const { stdout, stderr } = await runCommand(command, { cwd: at.path, env: at.env });
  assert(stdout.startsWith("{"), stderr);
  return JSON.parse(stdout);
}

test("from a .env of 20 variables to kca run with the same values, in three commands", async () => {
  await using daemon = await daemonWith({});
  using at = envFolder(daemon, `\uFEFF${TWENTY.join("\r\n")}\r\n`);
  const names = Object.keys(dotenv.parse(TWENTY.join("\n")));
  assertEquals(names.length, 20);
  at.write(
    "app.js",
    `const names = ${JSON.stringify(names)};
     console.log(JSON.stringify(Object.fromEntries(names.map((name) => [name, process.env[name]]))));`,
  );
  if (runtime === "deno") {
    at.write("app.js", `import process from "node:process";${at.read("app.js")}`);
  }
  // What the app had: by Bun itself, else by the library.
  const before = runtime === "bun" ? await app(at, []) : dotenv.parse(at.read(".env").slice(1));
  assertEquals(before.DOLLAR, runtime === "bun" ? "pa$" : "pa$$word");
  const reader = runtime === "bun" ? "bun" : "dotenv";

  const first = await at.run("init", ".env", "--service", SERVICE);
  assertEquals(first.code, 0, first.stderr);
  const unsaid = await at.run("import", ".env", "--yes");
  assertEquals(unsaid.code, 2);
  assertStringIncludes(unsaid.stderr, `--reader ${reader}`);
  const second = await at.run("import", ".env", "--yes", "--reader", reader);
  assertEquals(second.code, 0, second.stderr);
  assertEquals(await app(at, [...kcaCommand([]), "run", "--"]), before);

  assertEquals(readdirSync(at.path).sort(), ["app.js", "kca.json"]);
  for (const value of Object.values(before).filter((value) => value.length > 4)) {
    assert(!at.read("kca.json").includes(value), value);
  }
}, MANY_STARTS);

test("kca import says where deleting the file would not delete the values", async () => {
  await using daemon = await daemonWith({});
  using at = envFolder(daemon);
  at.write("real", "A=1\n");
  symlinkSync("real", at.at(".env"));
  const link = await at.run("import", "-y");
  assertEquals([link.code, at.has("real"), daemon.secrets(SERVICE)], [2, true, {}]);
  assertStringIncludes(link.stderr, "symbolic link");
  assertStringIncludes(link.stderr, "Import that file by its own path");
  const kept = await at.run("import", "-y", "--keep");
  assertEquals([kept.code, at.read("real")], [0, "A=1\n"], kept.stderr);
  linkSync(at.at("real"), at.at("other"));
  const hard = await at.run("import", "real", "-y");
  assertEquals([hard.code, at.has("real"), at.has("other")], [0, false, true], hard.stderr);
  assertStringIncludes(hard.stderr, "has 2 names");
  const device = await at.run("import", "/dev/null", "-y");
  assertEquals(device.code, 2);
}, MANY_STARTS);

test("kca import says that the values of a file in git must be rotated", async () => {
  await using daemon = await daemonWith({});
  using at = envFolder(daemon, "A=1\n");
  const git = (...args: string[]): void => {
    const own = ["-c", "user.name=t", "-c", "user.email=t@example.com"];
    const { status, stderr } = spawnSync("git", [...own, ...args], { cwd: at.path });
    assertEquals(status, 0, `${stderr}`);
  };
  const notes = async (): Promise<string> =>
    (await at.run("import", "--dry-run")).stderr.split("\n").filter((line) => line.includes("git"))
      .join();
  git("init", "-q");
  assertEquals(await notes(), "");
  git("add", ".env");
  assertStringIncludes(await notes(), "git has an index with");
  git("commit", "-qm", "x");
  git("rm", "-q", "--cached", ".env");
  git("commit", "-qm", "y");
  assertStringIncludes(await notes(), "Rotate them");
  // Also where no branch leads to it any more.
  git("checkout", "-q", "--orphan", "fresh");
  git("commit", "-q", "--allow-empty", "-m", "z");
  for (const branch of ["master", "main"]) {
    spawnSync("git", ["branch", "-D", branch], { cwd: at.path });
  }
  // Nor where this is run by a hook of another repository.
  at.env.GIT_DIR = "/nonexistent";
  assertStringIncludes(await notes(), "Rotate them");
}, { ...MANY_STARTS, skip: !posix || spawnSync("git", ["--version"]).status !== 0 });

test("kca import does not delete a file that changes while it is imported", async () => {
  await using daemon = await daemonWith({});
  using at = envFolder(daemon, "A=1\n");
  using slow = daemon.fail("slow", { action: "write", delay: 4_000 });
  const running = at.run("import", "-y");
  while (slow.hits === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  appendFileSync(at.at(".env"), "B=2\n");
  const { code, stderr } = await running;
  assertEquals([code, at.read(".env")], [5, "A=1\nB=2\n"]);
  assertStringIncludes(stderr, "was not deleted: another program has changed it in the meantime");
  assertStringIncludes(stderr, 'Stored: "my-app:development:A"');
  slow.heal();
  assertEquals((await at.run("import", "-y")).code, 0);
  assertEquals([Object.keys(daemon.secrets(SERVICE)).length, at.has(".env")], [2, false]);
}, MANY_STARTS);

test(
  "kca import names what is stored when a write fails, and goes on when typed again",
  async () => {
    await using daemon = await daemonWith({});
    const text = Array.from({ length: 25 }, (_, at) => `V${at}=s3cret${at}\n`).join("");
    using at = envFolder(daemon, text);
    using denied = daemon.fail("denied", { action: "write", after: 1 });
    const { code, stderr } = await at.run("import", "-y");
    assertEquals([code, at.read(".env"), at.has("kca.json")], [4, text, false], stderr);
    assertStringIncludes(stderr, '"my-app:development:V19". ".env" was not changed');
    assert(!stderr.includes("s3cret"), stderr);
    denied.heal();
    const again = await at.run("import", "-y", "--json");
    assertEquals(JSON.parse(again.stdout).same.length, 20);
    assertEquals([Object.keys(daemon.secrets(SERVICE)).length, at.has(".env")], [25, false]);
  },
  MANY_STARTS,
);

test("kca import does not delete a file whose values cannot be read back", async () => {
  await using daemon = await daemonWith({});
  using at = envFolder(daemon, "A=1\nB=2\n");
  using _fault = daemon.fail("denied", { action: "read", after: 1 });
  const { code, stderr } = await at.run("import", "-y");
  assertEquals([code, at.has(".env"), at.has("kca.json")], [4, true, false], stderr);
  assertStringIncludes(stderr, 'Stored: "my-app:development:A", "my-app:development:B"');
}, MANY_STARTS);

test("kca import compares the stored values with the daemon at the end", async () => {
  await using daemon = await daemonWith({});
  using at = envFolder(
    daemon,
    Array.from({ length: 25 }, (_, at) => `V${at}=s3cret${at}\n`).join(""),
  );
  using slow = daemon.fail("slow", { action: "write", after: 1, times: 1, delay: 4_000 });
  const running = at.run("import", "-y");
  while (slow.hits === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await using other = await connect({ endpoint: daemon.endpoint });
  await other.service(SERVICE).write({ "my-app:development:V3": "another" });
  const { code, stderr } = await running;
  assertEquals([code, at.has(".env"), at.has("kca.json")], [5, true, false], stderr);
  assertStringIncludes(stderr, 'returned other values than were stored: "my-app:development:V3"\n');
  assertStringIncludes(stderr, '"my-app:development:V2", "my-app:development:V4"');
}, MANY_STARTS);

test("kca import asks at a terminal, and Ctrl-C in the middle says what is stored", async () => {
  await using daemon = await daemonWith({});
  const text = Array.from({ length: 25 }, (_, at) => `V${at}=s3cret${at}\n`).join("");
  using at = envFolder(daemon, text);
  const type = (steps: Step[], ...args: string[]) =>
    runInTerminal(kcaCommand(["import", ...args]), steps, at.env, { cwd: at.path, timeout: 60 });
  const no = await type([{ expect: "Go on?" }, { pause: 0.2 }, { send: "n\r" }]);
  assertEquals([no.code, daemon.secrets(SERVICE), at.has(".env")], [5, {}, true], no.output);
  using slow = daemon.fail("slow", { action: "write", after: 1, delay: Infinity });
  const stopped = await type([{ expect: "Storing 20/25" }, { send: "\x03" }], "-y");
  assertEquals([stopped.code, slow.hits], [130, 1], stopped.output);
  assertStringIncludes(stopped.output, 'Cancelled\r\nStored: "my-app:development:V0"');
  assertStringIncludes(stopped.output, "was not changed");
  assertEquals([readFileSync(at.at(".env"), "utf8"), at.has("kca.json")], [text, false]);
  slow.heal();
  delete at.env.KEYCHAIN_AUTH_SERVICE;
  const yes = await type([
    ...[{ expect: "Service of the daemon" }, { pause: 0.2 }, { send: `${SERVICE}\r` }],
    ...[{ expect: "Go on?" }, { pause: 0.2 }, { send: "y\r" }],
  ]);
  assertEquals([yes.code, at.has(".env")], [0, false], yes.output);
  assert(!/s3cret/.test(no.output + stopped.output + yes.output));
}, { ...MANY_STARTS, skip: !hasTerminal });
