import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fixtureCommand, runCommand, runtime, test } from "../harness.ts";
import { ABSENT, daemonWith, DOCTOR, kca, kcaEnv, posix } from "../support/kca.ts";
import { stage, STORED } from "../support/kca_project.ts";

test("kca doctor ends with 0 when all is well, and shows all that it looked at", async () => {
  await using daemon = await daemonWith({ A: "1" });
  const { code, stdout } = await kca(daemon, [...DOCTOR]);
  assertEquals(code, 0, stdout);
  for (const part of ["runtime", "executable", "SHA-256", "transport", "close-on-exec", "daemon"]) {
    assertStringIncludes(stdout, part);
  }
  assertStringIncludes(stdout, `${daemon.endpoint}: connected`);
  assertStringIncludes(stdout, "AgentSecrets: read allowed, search allowed, write allowed");
  assertMatch(stdout, /connect [\d.]+ ms, first read [\d.]+ ms, later reads [\d.]+ ms/);
  assertStringIncludes(stdout, "All is well");
  assertEquals(daemon.secrets("AgentSecrets"), { A: "1" });
});

test("kca doctor --json says the same as data", async () => {
  await using daemon = await daemonWith({});
  const { code, stdout } = await kca(daemon, [...DOCTOR, "--json", "--service", "one"]);
  assertEquals(code, 0);
  const report = JSON.parse(stdout);
  assertEquals(report.ok, true);
  assertEquals(report.runtime.name, runtime);
  assertMatch(report.executable.sha256, /^[0-9a-f]{64}$/);
  assertEquals(report.executable.shared, true);
  assertEquals(report.permissions, {
    one: { read: "allowed", search: "allowed", write: "allowed" },
  });
});

test("kca doctor shows the project here, and how to allow it", async () => {
  await using daemon = await daemonWith(STORED);
  using at = stage(daemon);
  const env = { KEYCHAIN_AUTH_SERVICE: undefined };
  const fresh = await at.run([...DOCTOR], { env });
  assertEquals(fresh.code, 2, fresh.stdout);
  assertMatch(
    fresh.stdout,
    /✗ project +\S.*kca\.json\n +5 of service AgentSecrets, not allowed yet/,
  );
  assertStringIncludes(fresh.stdout, "  Type: kca allow\n");
  assertEquals((await at.run(["allow"])).code, 0);
  const allowed = await at.run([...DOCTOR, "--json"], { env });
  assertEquals(allowed.code, 0, allowed.stdout);
  const { project, permissions, needed } = JSON.parse(allowed.stdout);
  assertEquals([project.secrets, project.allowed], [5, true]);
  // A project needs to read, and its service is the one that counts.
  assertEquals([Object.keys(permissions), needed], [["AgentSecrets"], ["read"]]);
  const broken = await at.run([...DOCTOR, "--project", "none.json"], { env });
  assertEquals(broken.code, 2, broken.stdout);
  assertStringIncludes(broken.stdout, "✗ Invalid --project: ");
});

test("kca doctor leads from no daemon to its start", async () => {
  await using daemon = await daemonWith({});
  const { code, stdout } = await kca(daemon, [...DOCTOR, "--socket", ABSENT]);
  assertEquals(code, 3);
  assertStringIncludes(stdout, `${ABSENT}: no such ${posix ? "socket" : "pipe"}`);
  assertStringIncludes(stdout, "Type: keychain-auth start");
});

test("kca doctor leads from an unregistered runtime to its approval", async () => {
  await using daemon = await daemonWith({}, { registered: false });
  const { code, stdout } = await kca(daemon, [...DOCTOR, "--service", "my app"]);
  assertEquals(code, 4, stdout);
  assertStringIncludes(stdout, "does not know this executable");
  assertMatch(stdout, /Type: keychain-auth authorize \S+ (?:'my app'|"my app")\n/);
  assertStringIncludes(stdout, "every script that the runtime runs");
});

test("kca doctor leads from a missing permission to its grant, and asks only for what counts", async () => {
  await using daemon = await daemonWith({}, {
    policy: {
      allowed_read_services: ["AgentSecrets"],
      allowed_write_services: [],
      can_search: false,
    },
  });
  const all = await kca(daemon, [...DOCTOR]);
  assertEquals(all.code, 4, all.stdout);
  assertStringIncludes(all.stdout, "read allowed, search denied, write denied");
  assertStringIncludes(all.stdout, 'may not search, write in service "AgentSecrets"');
  assertMatch(all.stdout, /Type: keychain-auth authorize \S+ AgentSecrets\n/);
  const read = await kca(daemon, [...DOCTOR, "--need", "read"]);
  assertEquals(read.code, 0, read.stdout);
});

test("kca doctor leads from missing Deno flags to the right ones, and never prompts", async () => {
  await using daemon = await daemonWith({});
  const run = (permissions: string[]) =>
    runCommand(fixtureCommand("kca", { args: [...DOCTOR], permissions }), { env: kcaEnv(daemon) });
  const none = await run([]);
  assertEquals(none.code, 3, none.stdout + none.stderr);
  assertStringIncludes(none.stdout, "Deno was not given the permission");
  const [, flags = ""] = /Type: deno run (.*) …/.exec(none.stdout) ?? [];
  // On Windows they cannot be for one library alone.
  assert(flags.startsWith(posix ? "--allow-ffi=" : "--allow-ffi "), none.stdout);
  const better = await run(flags.replaceAll('"', "").split(" "));
  assertEquals(better.code, 0, better.stdout + better.stderr);
}, { skip: runtime !== "deno" });
