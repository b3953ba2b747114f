/** `kca import`: from a `.env` to a project whose values are in the keychain. */
import { assert, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { appendFileSync } from "node:fs";
import { CommandError } from "../../cli/exit_codes.ts";
import { checkStorable } from "../../cli/import/limits.ts";
import { test } from "../harness.ts";
import { daemonWith, SERVICE } from "../support/kca.ts";
import { envFolder } from "../support/env_folder.ts";
import { NO_SEARCH } from "../support/kca_project.ts";

/** Each starts the command many times, which takes minutes on a machine with nothing to spare. */
const MANY_STARTS = { timeout: 180_000 };

test("kca import moves a .env into the keychain and its names into kca.json", async () => {
  await using daemon = await daemonWith({});
  using at = envFolder(daemon, "A=s3cret\nB='two words'\nPORT=3000\nEMPTY=\n# OLD=x\n");
  const dry = await at.run("import", "--dry-run");
  assertEquals([dry.code, dry.stdout, at.has("kca.json"), at.has(".env")], [0, "", false, true]);
  assertEquals(daemon.secrets(SERVICE), {});
  const { code, stdout, stderr } = await at.run("import", "--yes", "--plain", "PORT");
  assertEquals([code, stdout], [0, ""], stderr);
  assertMatch(stderr, /store +A +my-app:development:A\n/);
  assertMatch(stderr, /default +PORT /);
  assertStringIncludes(stderr, "1 variable that is commented out");
  assert(!/s3cret|two words/.test(stderr + dry.stderr), stderr);
  assertEquals(daemon.secrets(SERVICE), {
    "my-app:development:A": "s3cret",
    "my-app:development:B": "two words",
    "my-app:development:EMPTY": "",
  });
  assertEquals(at.has(".env"), false);
  const { secrets, service, prefix } = at.project();
  assertEquals([service, prefix], [SERVICE, "my-app:{profile}:"]);
  assertEquals(secrets, { A: {}, B: {}, PORT: { default: "3000", public: true }, EMPTY: {} });
  // Its own project is allowed.
  assertEquals((await at.run("check")).code, 0);
}, MANY_STARTS);

test("kca import asks nobody where there is no terminal", async () => {
  await using daemon = await daemonWith({});
  using at = envFolder(daemon, "A=1\n");
  const { code, stderr } = await at.run("import");
  assertEquals([code, daemon.requests, at.has(".env")], [2, 0, true]);
  assertStringIncludes(stderr, "--yes");
});

test(
  "kca import leaves what is stored, and a file with the only copy of another value",
  async () => {
    await using daemon = await daemonWith({ "p:A": "stored", "p:B": "same" });
    using at = envFolder(daemon, "A=other\nB=same\nC=new\n");
    const left = await at.run("import", "--yes", "--json", "--prefix", "p:");
    assertEquals(left.code, 0, left.stderr);
    const { stored, same, kept, deleted } = JSON.parse(left.stdout);
    assertEquals({ stored, same, kept, deleted }, {
      ...{ stored: ["C"], same: ["B"], kept: ["A"], deleted: false },
    });
    assertStringIncludes(left.stderr, '".env" stays, because it has the only copy of A');
    assertEquals(daemon.secrets(SERVICE), { "p:A": "stored", "p:B": "same", "p:C": "new" });
    assertEquals(at.read(".env"), "A=other\nB=same\nC=new\n");
    const replaced = await at.run("import", "--yes", "--replace");
    assertEquals([replaced.code, at.has(".env")], [0, false], replaced.stderr);
    assertEquals(daemon.secrets(SERVICE)["p:A"], "other");
  },
  MANY_STARTS,
);

test("kca import adds to a project as it stands, for the profile that is chosen", async () => {
  await using daemon = await daemonWith({});
  using at = envFolder(daemon, "A=dev\n");
  at.write(".env.production", "A=prod\nONLY=1\nPORT=80\n");
  const first = await at.run("import", "-y");
  assertStringIncludes(first.stderr, "kca import .env.production --profile production\n");
  at.write("kca.json", at.read("kca.json").replaceAll("  ", "\t").replaceAll("\n", "\r\n"));
  const args = ["import", ".env.production", "--profile", "production", "--plain", "PORT", "-y"];
  const second = await at.run(...args, "--keep");
  assertEquals([second.code, at.has(".env.production")], [0, true], second.stderr);
  assertEquals(daemon.secrets(SERVICE), {
    "my-app:development:A": "dev",
    "my-app:production:A": "prod",
    "my-app:production:ONLY": "1",
  });
  const text = at.read("kca.json");
  assertEquals(text.replaceAll("\r\n", "").includes("\n"), false);
  assertStringIncludes(text, '\r\n\t\t"ONLY": {\r\n\t\t\t"optional": true\r\n\t\t}');
  // Development goes on without what only production has.
  for (const profile of ["development", "production"]) {
    const { code, stdout } = await at.run("check", "--profile", profile);
    assertEquals(code, 0, stdout);
  }
  const unknown = await at.run("import", ".env.production", "--profile", "prod", "-y");
  assertEquals(unknown.code, 2);
}, MANY_STARTS);

test(
  "kca import refuses what it cannot store, or could not give back, and does nothing",
  async () => {
    await using daemon = await daemonWith({});
    using at = envFolder(daemon);
    for (
      const [text, message, ...args] of [
        ["A=s3cret\nA=2\n", "second time"],
        ["A=s3cret\n!x\n", "line 2"],
        ["A=s3cret\nNODE_OPTIONS=--x\n", '"NODE_OPTIONS" cannot be in a project'],
        ["A=s3cret\nKCA_PROFILE=x\n", '"KCA_PROFILE" cannot be in a project'],
        ["A=s3cret\nmy-key=x\n", '"my-key" cannot be in a project'],
        ["A=s3cret\n__proto__=x\n", '"__proto__" cannot be in a project'],
        ["A=s3c$ret\n", "--reader bun"],
        ["A='s3cret\0'\n", "NUL"],
        [`A=s3cret${"x".repeat(65_536)}\n`, "65535"],
        ["A=s3cret\n", "no variable called", "--plain", "B"],
        ["A=s3cret\n", "A project with profiles needs", "--prefix", "p:", "--profile", "x"],
        ["A=s3cret\n", "bun-secrets, keytar", "--from", "nothing"],
        ["A=s3cret\nB=kca://AgentSecrets/x\n", '"B" are already references'],
        ["A=s3cret\nB=encrypted:x\n", '"B" are encrypted'],
        ["# nothing\n", "sets nothing"],
      ] as const
    ) {
      at.write(".env", text);
      const { code, stderr } = await at.run("import", "-y", ...args);
      assertEquals([code, daemon.secrets(SERVICE)], [2, {}], stderr);
      assertStringIncludes(stderr, message);
      assert(!/s3c/.test(stderr), stderr);
      assertEquals([at.read(".env"), at.has("kca.json")], [text, false]);
    }
  },
  MANY_STARTS,
);

test("kca import adds missing defaults, and changes others only with --replace", async () => {
  await using daemon = await daemonWith({});
  using at = envFolder(daemon, "A=new\nB=new\nC=new\n");
  const names = ["A", "B", "C"].flatMap((name) => ["--plain", name]);
  const before = { A: { description: "Mine" }, B: { default: "old", public: true } };
  const spec = { service: SERVICE, prefix: "p:", secrets: before };
  at.write("kca.json", JSON.stringify(spec));
  assertEquals((await at.run("allow")).code, 0);
  const first = await at.run("import", "-y", "--keep", ...names);
  assertEquals(first.code, 0, first.stderr);
  const given = { default: "new", public: true };
  const after = { A: { ...before.A, ...given }, B: before.B, C: given };
  assertEquals(at.project().secrets, after);
  assertEquals((await at.run("import", "-y", "--keep", "--replace", ...names)).code, 0);
  assertEquals(at.project().secrets, { ...after, B: given });
}, MANY_STARTS);

test("kca import does not choose a prefix of another project's secrets", async () => {
  await using daemon = await daemonWith({ "my-app:development:A": "theirs" });
  using at = envFolder(daemon, "A=1\n");
  for (const more of [[], ["--replace"]]) {
    const { code, stderr } = await at.run("import", "-y", ...more);
    assertEquals([code, at.has(".env"), at.has("kca.json")], [5, true, false]);
    assertStringIncludes(stderr, "They may be another project's");
    assertStringIncludes(stderr, "--prefix 'my-app:{profile}:'");
  }
  assertEquals(daemon.secrets(SERVICE), { "my-app:development:A": "theirs" });
  // What an import has stored before it was interrupted is no objection.
  at.write(".env", "A=theirs\nB=2\n");
  assertEquals((await at.run("import", "-y")).code, 0);
}, MANY_STARTS);

test("kca import needs no permission to search in an existing project", async () => {
  await using daemon = await daemonWith({}, NO_SEARCH);
  using at = envFolder(daemon, "A=1\n");
  const first = await at.run("import", "-y");
  assertEquals(first.code, 0, first.stderr);
  assertStringIncludes(first.stderr, "does not permit a search");
  at.write(".env", "B=1\n");
  const second = await at.run("import", "-y");
  assertEquals([second.code, second.stderr.includes("search")], [0, false], second.stderr);
  // What it sees without a search is enough to leave another project alone.
  using other = envFolder(daemon, "A=2\n");
  const third = await other.run("import", "-y", "--replace");
  assertEquals([third.code, other.has("kca.json")], [5, false], third.stderr);
  assertEquals(daemon.secrets(SERVICE)["my-app:development:A"], "1");
}, MANY_STARTS);

test("kca import finds later errors before it stores anything", async () => {
  await using daemon = await daemonWith({});
  using at = envFolder(daemon, "A=1\n");
  const nowhere = await at.run("import", "-y", "--project", "none/kca.json");
  assertEquals(nowhere.code, 2);
  assertStringIncludes(nowhere.stderr, "--project: there is no folder");
  const home = { ...at.env };
  at.env.HOME = at.env.APPDATA = undefined;
  assertEquals((await at.run("import", "-y")).code, 2);
  Object.assign(at.env, home);
  at.env.KEYCHAIN_AUTH_SERVICE = undefined;
  const unnamed = await at.run("import", "-y");
  assertEquals(unnamed.code, 2);
  assertStringIncludes(unnamed.stderr, "No service: give --service NAME");
  Object.assign(at.env, home);
  assertEquals([daemon.secrets(SERVICE), at.has("kca.json"), at.has(".env")], [{}, false, true]);
  // Nothing but defaults needs nothing of the daemon but to be there.
  const plain = await at.run("import", "-y", "--plain", "A");
  assertEquals([plain.code, at.has(".env"), daemon.secrets(SERVICE)], [0, false, {}], plain.stderr);
}, MANY_STARTS);

test("kca import suggests only working commands for other files", async () => {
  await using daemon = await daemonWith({});
  using at = envFolder(daemon, "A=1\n");
  for (const name of [".env.local", ".env.example", ".env.kca"]) at.write(name, "A=2\n");
  assertEquals((await at.run("init", "--prefix", "p:{profile}:")).code, 0);
  at.write(".env.staging", "B=2\n");
  const { code, stderr } = await at.run("import", "-y");
  assertEquals(code, 0, stderr);
  assertStringIncludes(stderr, '".env.local" is in the same folder');
  assertStringIncludes(stderr, "kca.json has no profile staging\n");
  assert(!/example|env\.kca/.test(stderr), stderr);
}, MANY_STARTS);

test("checkStorable() names all values that a system's keychain does not accept", () => {
  const entries = new Map([["a", "ä".repeat(1_281)], ["b", "x".repeat(2_560)], ["c", "y\0"]]);
  const { message } = assertThrows(() => checkStorable("s", entries, "windows"), CommandError);
  assertStringIncludes(
    message,
    '"a" has 2562 bytes, and the keychain of this system accepts at most 2560',
  );
  assertStringIncludes(message, '"c" contains a NUL');
  assert(!message.includes('"b"'), message);
  entries.delete("c");
  checkStorable("s", entries, "linux");
});

test("kca import writes references that kca run reads, and never into .env", async () => {
  await using daemon = await daemonWith({});
  using at = envFolder(daemon, "A='x y'\nPORT=1\n");
  assertEquals((await at.run("import", "-y", "--references=.env")).code, 2);
  const args = ["import", "-y", "--plain", "PORT", "--references", "--prefix", "a b/é:"];
  const { code, stderr } = await at.run(...args);
  assertEquals(code, 0, stderr);
  assertEquals(
    at.read(".env.kca"),
    `A='kca://${SERVICE}/a%20b/%C3%A9:A'\nPORT='1'\n`,
  );
  const run = await at.run("run", "--dotenv", ".env.kca", "--", "sh", "-c", "echo $A $PORT");
  if (at.path.startsWith("/")) assertEquals(run.stdout, "x y 1\n", run.stderr);
  at.write(".env", "B=1\n");
  assertEquals((await at.run("import", "-y", "--references")).code, 2);
}, MANY_STARTS);

test("kca import uses only a project that the user has allowed", async () => {
  await using daemon = await daemonWith({});
  using at = envFolder(daemon, "A=1\n");
  at.write("kca.json", JSON.stringify({ service: SERVICE, prefix: "theirs:", secrets: {} }));
  const { code, stderr } = await at.run("import", "-y");
  assertEquals([code, daemon.secrets(SERVICE)], [2, {}], stderr);
  assertStringIncludes(stderr, "Type: kca allow");
  assertEquals((await at.run("allow")).code, 0);
  for (const [flag, value] of [["--service", "Other"], ["--prefix", "mine:"]] as const) {
    assertEquals((await at.run("import", "-y", flag, value)).code, 2);
  }
  appendFileSync(at.at(".env"), "B=2\n");
  assertEquals((await at.run("import", "-y")).code, 0);
  assertEquals(daemon.secrets(SERVICE), { "theirs:A": "1", "theirs:B": "2" });
}, MANY_STARTS);
