/** A project on the command line: found, allowed, checked, run. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fixtureCommand, type FixtureResult, test } from "../harness.ts";
import { ABSENT, daemonWith, posix, SERVICE } from "../support/kca.ts";
import { NO_SEARCH, SPEC, stage, STORED } from "../support/kca_project.ts";

const show = (...names: string[]): string[] => [
  "--",
  ...fixtureCommand("program", { args: ["show", ...names] }),
];
/** Each starts the command many times, which takes minutes on a machine with nothing to spare. */
const MANY_STARTS = { timeout: 180_000 };
const ALL = Object.keys(SPEC.secrets);

test(
  "kca run gives a program what its project declares, by one request and without search",
  async () => {
    await using daemon = await daemonWith(STORED, NO_SEARCH);
    using at = stage(daemon);
    assertEquals((await at.run(["allow"])).code, 0);
    const { code, stdout, stderr } = await at.run(["run", ...show(...ALL, "KCA_PROFILE")], {
      cwd: join(at.repository, "a", "b"),
    });
    assertEquals(stderr, "");
    assertEquals(JSON.parse(stdout), ["postgres://dev", "sk-1", null, "session", "5432", null]);
    assertEquals(code, 0);
    assertEquals(daemon.requests, 1);
  },
  MANY_STARTS,
);

test(
  "a project is used only after kca allow, which a change of what it may read asks for again",
  async () => {
    await using daemon = await daemonWith(STORED);
    using at = stage(daemon);
    const refused = async (): Promise<void> => {
      for (const args of [["run", ...show("PORT")], ["check"], ["get", "PORT"], ["list"]]) {
        const { code, stdout, stderr } = await at.run(args);
        assertEquals([code, stdout], [2, ""], stderr);
        assertStringIncludes(stderr, "you have not allowed it yet");
        assertStringIncludes(stderr, "Type: kca allow\n");
      }
      assertEquals(daemon.requests, 0);
    };
    const write = (change: object): void =>
      writeFileSync(join(at.repository, "kca.json"), JSON.stringify({ ...SPEC, ...change }));
    await refused();
    const allowed = await at.run(["allow"]);
    assertStringIncludes(allowed.stderr, "also: shared:OPENAI_KEY");
    // Another description, another name within the prefix.
    const profiles = { development: {} };
    write({ profiles, secrets: { NEW: { optional: true }, PORT: { default: "1" } } });
    assertEquals((await at.run(["run", ...show("PORT")])).stdout, '["1"]\n');
    const before = daemon.requests;
    for (
      const change of [
        { service: "Foreign" },
        { prefix: "proj_999:{profile}:" },
        { prefix: "" },
        { profiles, secrets: { PORT: { target: "proj_999:production:STRIPE", optional: true } } },
      ]
    ) {
      write(change);
      const { code, stderr } = await at.run(["run", ...show("PORT")]);
      assertEquals(code, 2, stderr);
      assertStringIncludes(stderr, "you have not allowed it yet");
    }
    assertEquals(daemon.requests, before);
    write({});
    assertEquals((await at.run(["run", ...show("PORT")])).code, 0);
    const list = async (...flags: string[]): Promise<string> =>
      (await at.run(["allow", "--list", ...flags])).stdout;
    const path = (await list()).trimEnd();
    assert(path.endsWith("kca.json") && !path.includes("\n"), path);
    assertEquals(JSON.parse(await list("--json")).map(({ path }: { path: string }) => path), [
      path,
    ]);
    assertEquals((await at.run(["allow", "--forget"])).code, 0);
    assertEquals((await at.run(["run", ...show("PORT")])).code, 2);
    const none = await at.run(["allow", "--list"]);
    assertEquals([none.stdout, none.stderr], ["", "No projects\n"]);
  },
  MANY_STARTS,
);

test("the nearest kca.json counts, up to the repository's root and no further", async () => {
  await using daemon = await daemonWith(STORED);
  using at = stage(daemon);
  const inner = join(at.repository, "a");
  const spec = (service: string): string => JSON.stringify({ service, secrets: {} });
  const taken = async (cwd: string, env = {}, flags: string[] = []): Promise<unknown> => {
    const { code, stdout, stderr } = await at.run(["check", "--file-only", "--json", ...flags], {
      cwd,
      env,
    });
    return code === 0 ? JSON.parse(stdout).service : `${code} ${stderr}`;
  };
  assertEquals(await taken(join(inner, "b")), SERVICE);
  writeFileSync(join(inner, "kca.json"), spec("Inner"));
  assertEquals(await taken(join(inner, "b")), "Inner");
  assertEquals(await taken(at.repository), SERVICE);
  assertEquals(await taken(inner, { KCA_PROJECT: "../kca.json" }), SERVICE);
  assertEquals(
    await taken(at.repository, { KCA_PROJECT: "x" }, ["--project", "a/kca.json"]),
    "Inner",
  );
  // A worktree and a submodule have a file of that name.
  mkdirSync(join(at.repository, "sub", "deep"), { recursive: true });
  writeFileSync(join(at.repository, "sub", ".git"), "gitdir: elsewhere\n");
  assertStringIncludes(
    String(await taken(join(at.repository, "sub", "deep"))),
    "No kca.json",
  );
  // Outside a repository only the working directory.
  writeFileSync(join(at.home, "kca.json"), spec("Home"));
  mkdirSync(join(at.home, "below"));
  assertEquals(await taken(at.home), "Home");
  assertStringIncludes(String(await taken(join(at.home, "below"))), "No kca.json");
  assertStringIncludes(String(await taken(at.home, {}, ["--project", "no.json"])), "ENOENT");
  if (posix) {
    symlinkSync(join(at.repository, "kca.json"), join(at.home, "below", "kca.json"));
    const { stderr } = await at.run(["check"], { cwd: join(at.home, "below") });
    assertStringIncludes(stderr, JSON.stringify(join(at.repository, "kca.json")));
  }
}, MANY_STARTS);

test("a stored secret overrides the shell, which overrides a default", async () => {
  await using daemon = await daemonWith(STORED);
  using at = stage(daemon);
  await at.run(["allow"]);
  const env = { DATABASE_URL: "of-shell", OPENAI_KEY: "sk-1", PORT: "3000", SENTRY_DSN: "dsn" };
  const names = ["DATABASE_URL", "OPENAI_KEY", "PORT", "SENTRY_DSN"];
  const run = async (...flags: string[]): Promise<[unknown, string]> => {
    const { stdout, stderr } = await at.run(["run", ...flags, ...show(...names)], { env });
    return [JSON.parse(stdout || "null"), stderr];
  };
  assertEquals(await run(), [
    ["postgres://dev", "sk-1", "3000", "dsn"],
    "The stored secret replaces the shell's DATABASE_URL; to keep the shell's value: " +
    "--no-override=DATABASE_URL\n",
  ]);
  assertEquals(await run("--no-override"), [["of-shell", "sk-1", "3000", "dsn"], ""]);
  assertEquals((await run("--no-override=PORT"))[0], ["postgres://dev", "sk-1", "3000", "dsn"]);
  assertEquals(await run("--no-override=DATABASE_URL"), [["of-shell", "sk-1", "3000", "dsn"], ""]);
  assertEquals((await run("--quiet"))[1], "");
  assertEquals(await run("--no-inherit-env"), [["postgres://dev", "sk-1", "3000", "dsn"], ""]);
  const [none, said] = await run("--no-override=NOPE");
  assertEquals(none, null);
  assertStringIncludes(said, 'no secret called "NOPE"');
}, MANY_STARTS);

test("a profile is chosen by --profile or KCA_PROFILE, passed on, and never guessed", async () => {
  await using daemon = await daemonWith({
    ...STORED,
    "proj_123:production:DATABASE_URL": "postgres://prod",
    "proj_123:production:SESSION_KEY": "s",
    "proj_123:production:SENTRY_DSN": "dsn",
  });
  using at = stage(daemon);
  await at.run(["allow"]);
  const run = async (flags: string[], env = {}): Promise<FixtureResult> =>
    await at.run(["run", ...flags, ...show("DATABASE_URL", "KCA_PROFILE")], { env });
  assertEquals(
    (await run(["--profile", "production"])).stdout,
    '["postgres://prod","production"]\n',
  );
  const chosen = await run([], { KCA_PROFILE: "production" });
  assertEquals(chosen.stdout, '["postgres://prod","production"]\n');
  for (
    const [flags, env] of [[["--profile", "prod"], {}], [[], {
      KCA_PROFILE: "Production",
    }]] as const
  ) {
    const { code, stdout, stderr } = await run([...flags], env);
    assertEquals([code, stdout], [2, ""]);
    assertStringIncludes(stderr, "it has development, production");
  }
}, MANY_STARTS);

test(
  "everything that is missing is told at once, with what it is for and what to type",
  async () => {
    await using daemon = await daemonWith({ "shared:OPENAI_KEY": "sk-1" });
    using at = stage(daemon);
    await at.run(["allow"]);
    const { code, stdout, stderr } = await at.run(["run", ...show("PORT")]);
    assertEquals([code, stdout], [1, ""]);
    assertStringIncludes(stderr, "DATABASE_URL: Postgres of the app");
    assertStringIncludes(stderr, `kca set --service ${SERVICE} proj_123:development:DATABASE_URL`);
    assertStringIncludes(stderr, "SESSION_KEY");
    assert(!stderr.includes("SENTRY_DSN") && !stderr.includes("OPENAI_KEY"), stderr);
    const some = await at.run(["run", "--allow-missing=DATABASE_URL", ...show("PORT")]);
    assertEquals(some.code, 1);
    const all = await at.run(["run", "--allow-missing", ...show("DATABASE_URL", "PORT")]);
    assertEquals(all.stdout, '[null,"5432"]\n');
    assertEquals(all.stderr, "Missing, and left out: DATABASE_URL, SESSION_KEY\n");
    const only = await at.run(["run", "--only", "OPENAI_KEY,PORT", ...show("OPENAI_KEY", "PORT")]);
    assertEquals(only.stdout, '["sk-1","5432"]\n');
  },
  MANY_STARTS,
);

test("--source env and dir: need neither a daemon nor consent", async () => {
  await using daemon = await daemonWith(STORED);
  using at = stage(daemon);
  const none = { KEYCHAIN_AUTH_SOCKET: ABSENT };
  const values = { DATABASE_URL: "u", OPENAI_KEY: "k", SESSION_KEY: "s" };
  for (const [flags, env] of [[["--source", "env"], {}], [[], { KCA_SOURCE: "env" }]] as const) {
    const { stdout, stderr } = await at.run(["run", ...flags, ...show(...ALL)], {
      env: { ...none, ...values, ...env },
    });
    assertEquals([stdout, stderr], ['["u","k",null,"s","5432"]\n', ""]);
  }
  const lacking = await at.run(["run", "--source", "env", ...show("PORT")], {
    env: { ...values, OPENAI_KEY: "" },
  });
  assertEquals(lacking.code, 1);
  assertStringIncludes(
    lacking.stderr,
    "Missing in the environment, profile development:\n  OPENAI_KEY",
  );
  const secrets = join(at.home, "secrets");
  mkdirSync(secrets);
  for (const [name, value] of Object.entries(values)) {
    writeFileSync(join(secrets, name), `${value}-of-file\n`);
  }
  const files = await at.run(["run", "--source", `dir:${secrets}`, ...show(...ALL)], { env: none });
  assertEquals(files.stdout, '["u-of-file","k-of-file",null,"s-of-file","5432"]\n');
  for (
    const [source, where] of [["env", "in the environment"], [`dir:${at.home}`, "as files in"]]
  ) {
    const { code, stderr } = await at.run(["check", "--source", source!], { env: none });
    assertEquals(code, 1);
    assertStringIncludes(stderr, `Missing ${where}`);
    assertStringIncludes(stderr, ": DATABASE_URL, OPENAI_KEY, SESSION_KEY\n");
  }
  // Never chosen by itself.
  await at.run(["allow"]);
  const failed = await at.run(["run", ...show("PORT")], {
    env: { ...none, ...values, CI: "true" },
  });
  assertEquals(failed.code, 3);
  assertStringIncludes(failed.stderr, "KCA_SOURCE=env");
  assertStringIncludes(failed.stderr, "which has all required secrets");
  assertEquals(daemon.requests, 0);
}, MANY_STARTS);

test("kca set, get, list and delete know the project's names", async () => {
  await using daemon = await daemonWith(STORED, NO_SEARCH);
  using at = stage(daemon);
  await at.run(["allow"]);
  const set = await at.run(["set", "SENTRY_DSN"], { stdin: "dsn\n" });
  assertEquals([set.code, set.stdout], [0, "SENTRY_DSN\n"], set.stderr);
  assertEquals((await at.run(["get", "SENTRY_DSN", "OPENAI_KEY"])).stdout, "dsn\nsk-1\n");
  assertEquals((await at.run(["get", "shared:OPENAI_KEY"])).stdout, "sk-1\n");
  assertEquals(
    (await at.run(["list"])).stdout,
    "DATABASE_URL\nOPENAI_KEY\nSENTRY_DSN\nSESSION_KEY\n",
  );
  const json = JSON.parse((await at.run(["get", "--json", "SENTRY_DSN"])).stdout);
  assertEquals(json, { SENTRY_DSN: "dsn" });
  assertEquals((await at.run(["delete", "-y", "SENTRY_DSN"])).stdout, "SENTRY_DSN\n");
  assertEquals((await at.run(["get", "SENTRY_DSN"])).code, 1);
  for (const args of [["get", "NOPE"], ["set", "NOPE"], ["delete", "-y", "NOPE"]]) {
    const { code, stderr } = await at.run(args, { stdin: "x" });
    assertEquals(code, 2);
    assertStringIncludes(stderr, 'declares no secret called "NOPE"');
    assertStringIncludes(stderr, "--service NAME");
  }
  // A service that is named is meant as it is.
  const raw = await at.run(["get", "--service", SERVICE, "proj_123:development:DATABASE_URL"]);
  assertEquals(raw.stdout, "postgres://dev\n");
}, MANY_STARTS);

test("kca check shows what is set and where it comes from, never a value", async () => {
  await using daemon = await daemonWith(STORED, NO_SEARCH);
  using at = stage(daemon);
  await at.run(["allow"]);
  const good = await at.run(["check"], { env: { PORT: "1" } });
  assertEquals(good.code, 0);
  assertStringIncludes(
    good.stdout,
    "DATABASE_URL  set      stored       proj_123:development:DATABASE_URL\n",
  );
  assertStringIncludes(good.stdout, "  Postgres of the app\n");
  assertStringIncludes(good.stdout, "PORT          set      environment");
  assertStringIncludes(good.stdout, "SENTRY_DSN    not set");
  assertEquals(daemon.requests, 1);
  const all = await at.run(["check", "--all-profiles", "--json"]);
  assertEquals(all.code, 1);
  const { ok, project, profiles } = JSON.parse(all.stdout);
  assertEquals([ok, project], [false, join(at.repository, "kca.json")]);
  assertEquals(daemon.requests, 2);
  const state = (at: number): unknown =>
    profiles[at].secrets.map(({ name, set, required, from }: Record<string, unknown>) =>
      `${name} ${set} ${required} ${from}`
    );
  assertEquals(profiles.map(({ profile }: { profile: string }) => profile), [
    ...["development", "production"],
  ]);
  assertEquals(state(1), [
    ...["DATABASE_URL false true undefined", "OPENAI_KEY true true stored"],
    ...["SENTRY_DSN false true undefined", "SESSION_KEY false true undefined"],
    "PORT true false default",
  ]);
  for (const value of Object.values(STORED)) {
    assert(!(good.stdout + all.stdout).includes(value));
  }
  const narrow = await at.run(["check", "--profile", "production", "--only", "PORT"]);
  assertEquals(narrow.code, 0);
}, MANY_STARTS);

test(
  "kca check --fill generates what can be, and asks for nothing where nobody answers",
  async () => {
    await using daemon = await daemonWith({ "shared:OPENAI_KEY": "sk-1" });
    using at = stage(daemon);
    await at.run(["allow"]);
    const refused = await at.run(["check", "--fill"]);
    assertEquals(refused.code, 2);
    assertStringIncludes(refused.stderr, "nothing was stored");
    assertEquals(daemon.secrets(SERVICE)["proj_123:development:SESSION_KEY"], undefined);
    await at.run(["set", "DATABASE_URL"], { stdin: "u" });
    const filled = await at.run(["check", "--fill"]);
    assertEquals(filled.code, 0, filled.stderr);
    assertStringIncludes(filled.stderr, "32 random bytes as base64url, 43 characters");
    const { stdout } = await at.run(["get", "SESSION_KEY"]);
    assert(/^[A-Za-z0-9_-]{43}\n$/.test(stdout));
    await at.run(["check", "--fill"]);
    assertEquals((await at.run(["get", "SESSION_KEY"])).stdout, stdout);
  },
  MANY_STARTS,
);

test("a mistake in kca.json is reported with line and column, and nothing is read", async () => {
  await using daemon = await daemonWith(STORED);
  const wrong = `{\n  "service": "a",\n  "secrets": {\n    "PATH": {}\n  }\n}\n`;
  using at = stage(daemon, wrong);
  for (
    const args of [["run", ...show("PATH")], ["check", "--file-only"], ["allow"], ["get", "PATH"]]
  ) {
    const { code, stdout, stderr } = await at.run(args);
    assertEquals([code, stdout], [2, ""]);
    assertStringIncludes(stderr, `kca.json":4:5: secrets.PATH: `);
  }
  assertEquals(daemon.requests, 0);
}, MANY_STARTS);
