/** `kca init`: a new project. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { mkdirSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "../harness.ts";
import { daemonWith, kcaCommand, SERVICE } from "../support/kca.ts";
import { envFolder } from "../support/env_folder.ts";
import { NO_SEARCH } from "../support/kca_project.ts";
import { hasTerminal, runInTerminal } from "../support/terminal.ts";

/** Each starts the command many times, which takes minutes on a machine with nothing to spare. */
const MANY_STARTS = { timeout: 180_000 };

test(
  "kca init writes a project that is allowed, from flags and a file, without a value",
  async () => {
    await using daemon = await daemonWith({ "my-appendix:A": "1" });
    using at = envFolder(daemon, "A=s3cret\nB=2\n");
    const args = ["--prefix", "proj:{profile}:", "--profile", "dev,production", "--names", "C,A"];
    const { code, stderr } = await at.run("init", ".env", ...args);
    assertEquals(code, 0, stderr);
    assertStringIncludes(stderr, "  kca import .env\n  kca run -- PROGRAM\n");
    assertEquals(at.project(), {
      $schema: "./node_modules/@keychain-auth/client/project/kca.schema.json",
      service: SERVICE,
      prefix: "proj:{profile}:",
      profile: "dev",
      secrets: { A: {}, B: {}, C: {} },
      profiles: { dev: {}, production: {} },
    } as never);
    assertEquals([at.read(".env"), daemon.secrets(SERVICE)], [
      "A=s3cret\nB=2\n",
      { "my-appendix:A": "1" },
    ]);
    const checked = await at.run("check");
    assertEquals(checked.code, 1, checked.stderr);
    const text = at.read("kca.json");
    assertEquals((await at.run("init", "--prefix", "other:")).code, 2);
    assertEquals(at.read("kca.json"), text);
  },
  MANY_STARTS,
);

test("kca init refuses a prefix with stored values, in any profile", async () => {
  await using daemon = await daemonWith({ "my-app:staging:A": "1" });
  using at = envFolder(daemon);
  for (const args of [[], ["--prefix", "my-app:{profile}:"], ["--prefix", ""]]) {
    const { code, stderr } = await at.run("init", ...args);
    assertEquals([code, at.has("kca.json")], [5, false]);
    assertStringIncludes(stderr, '"my-app:staging:A"');
  }
  assertEquals((await at.run("init", "--prefix", "my:")).code, 0);
}, MANY_STARTS);

test("kca init writes the file that --project names, and says so to programs", async () => {
  await using daemon = await daemonWith({});
  using at = envFolder(daemon);
  mkdirSync(at.at("sub"));
  const args = ["--project", "sub/kca.json", "--prefix", "my:", "--names", "A", "--json"];
  const { code, stdout, stderr } = await at.run("init", ...args);
  assertEquals(
    [code, at.has("kca.json"), at.has(join("sub", "kca.json"))],
    [0, false, true],
    stderr,
  );
  const { written, secrets } = JSON.parse(stdout);
  assertEquals([written.length, basename(written[0]), secrets], [1, "kca.json", ["A"]]);
  assertEquals((await at.run("init", ...args)).code, 2);
}, MANY_STARTS);

test("kca init says that it could not check the prefix when the policy forbids searches", async () => {
  await using daemon = await daemonWith({}, NO_SEARCH);
  using at = envFolder(daemon);
  const { code, stderr } = await at.run("init");
  assertEquals([code, at.has("kca.json")], [0, true]);
  assertStringIncludes(stderr, "does not permit a search");
});

test("kca init changes scripts only when told, and only what they run", async () => {
  await using daemon = await daemonWith({});
  using at = envFolder(daemon);
  const manifest = '{\n\t"name": "x",\n\t"scripts": {\n\t\t"start":   "node app.js",\n' +
    '\t\t"both": "a && b",\n\t\t"own": "X=1 node app.js"\n\t},\n\t"version": "1.0.0"\n}';
  const tasks = '{\n  // why\n  "tasks": {\n    "dev": { "command": "deno run main.ts" },\n' +
    '    "all": { "dependencies": ["dev"] }\n  }\n}\n';
  at.write("package.json", manifest);
  at.write("deno.jsonc", tasks);
  for (
    const [name, why] of [["both", "plain command"], ["own", "plain command"], ["no", "start"]]
  ) {
    const { code, stderr } = await at.run("init", "--scripts", `start,${name}`);
    assertEquals([code, at.has("kca.json"), at.read("package.json")], [2, false, manifest]);
    assertStringIncludes(stderr, why!);
  }
  assertEquals((await at.run("init", "--scripts", "all")).code, 2);
  const { code, stderr } = await at.run("init", "--scripts", "start,dev");
  assertEquals(code, 0, stderr);
  assertEquals(at.read("package.json"), manifest.replace("node app.js", "kca run -- node app.js"));
  assertEquals(at.read("deno.jsonc"), tasks.replace("deno run", "kca run -- deno run"));
}, MANY_STARTS);

test("kca init asks for what no flag says", async () => {
  await using daemon = await daemonWith({});
  using at = envFolder(daemon);
  const { code, output, missing } = await runInTerminal(
    kcaCommand(["init"]),
    [
      { expect: "Service of the daemon (AgentSecrets): " },
      ...[{ pause: 0.2 }, { send: "\r" }, { expect: "begin with (my-app:{profile}:): " }],
      ...[{ pause: 0.2 }, { send: "own:{profile}:\r" }, { expect: "Profiles (development): " }],
      ...[{ pause: 0.2 }, { send: "dev, prod\r" }, { expect: "such as API_KEY,DB (none): " }],
      ...[{ pause: 0.2 }, { send: "A, B\r" }],
    ],
    { ...at.env, KEYCHAIN_AUTH_SERVICE: undefined },
    { cwd: at.path, timeout: 60 },
  );
  assertEquals([code, missing], [0, null], output);
  const { service, prefix, secrets } = at.project();
  assertEquals([service, prefix, Object.keys(secrets)], [
    "AgentSecrets",
    "own:{profile}:",
    ["A", "B"],
  ]);
  assert(at.read("kca.json").includes('"profile": "dev"'));
}, { ...MANY_STARTS, skip: !hasTerminal });
