/** The entry /env, started by each runtime's own flag. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import type { TestDaemon } from "../../../testing/mod.ts";
import { type FixtureResult, repoPath, runFixture, runtime, test } from "../../harness.ts";
import { hasFfi } from "../../support/clients.ts";
import { ABSENT, daemonWith, SERVICE } from "../../support/kca.ts";
import { NO_SEARCH, SPEC, type Stage, stage, STORED } from "../../support/kca_project.ts";

const ENTRY = repoPath("env.ts");
const FLAGS = { deno: ["--preload", ENTRY], bun: ["--preload", ENTRY], node: ["--import", ENTRY] };
const MANY_STARTS = { timeout: 180_000 };

/** Starts a program with the entry in a project. */
async function start(
  daemon: TestDaemon,
  at: Stage,
  names: string[],
  env: Record<string, string> = {},
): Promise<FixtureResult> {
  return await runFixture("show_env", {
    flags: FLAGS[runtime],
    args: names,
    cwd: at.repository,
    env: {
      HOME: at.home,
      APPDATA: at.home,
      XDG_CONFIG_HOME: undefined,
      NODE_NO_WARNINGS: "1",
      KEYCHAIN_AUTH_SOCKET: daemon.endpoint,
      ...env,
    },
  });
}

test(
  "/env sets what the project declares before anything else runs, by the rules of kca run",
  async () => {
    if (!hasFfi) return;
    await using daemon = await daemonWith(STORED, NO_SEARCH);
    using at = stage(daemon);
    const early = await start(daemon, at, ["PORT"]);
    assert(early.code !== 0);
    assertStringIncludes(early.stderr, "you have not allowed it yet");
    assertStringIncludes(early.stderr, `kca allow --project ${join(at.repository, "kca.json")}`);
    assertEquals(daemon.requests, 0);
    await at.run(["allow"]);
    const names = ["DATABASE_URL", "OPENAI_KEY", "SENTRY_DSN", "SESSION_KEY", "PORT"];
    const { stdout, stderr } = await start(daemon, at, names, {
      PORT: "3000",
      OPENAI_KEY: "shell",
    });
    const { own, loaded, child } = JSON.parse(stdout || assertEquals(stderr, "") as never);
    assertEquals(own, ["postgres://dev", "sk-1", null, "session", "3000"]);
    assertEquals(stderr, "The stored secret replaces the shell's OPENAI_KEY\n");
    assertEquals(loaded, `development:${join(at.repository, "kca.json")}`);
    if (runtime !== "deno") assertEquals(child, '"postgres://dev"');
    assertEquals(daemon.requests, 1);
    // A child that is told so asks nobody.
    const again = await start(daemon, at, ["DATABASE_URL"], {
      KCA_LOADED: loaded,
      DATABASE_URL: "u",
    });
    assertEquals(JSON.parse(again.stdout).own, ["u"]);
    assertEquals(daemon.requests, 1);
    // But for another profile it asks.
    const other = await start(daemon, at, ["PORT"], {
      KCA_LOADED: loaded,
      KCA_PROFILE: "production",
    });
    assert(other.code !== 0);
    assertStringIncludes(
      other.stderr,
      "kca set --service AgentSecrets proj_123:production:SENTRY_DSN",
    );
    assert(!other.stderr.includes("sk-1"));
  },
  MANY_STARTS,
);

test(
  "/env takes the environment with KCA_SOURCE=env, without a daemon, consent or FFI",
  async () => {
    await using daemon = await daemonWith(STORED);
    using at = stage(daemon);
    const env = {
      ...{ KCA_SOURCE: "env", KEYCHAIN_AUTH_SOCKET: ABSENT },
      ...{ DATABASE_URL: "u", OPENAI_KEY: "k", SESSION_KEY: "s" },
    };
    const { stdout, stderr } = await start(daemon, at, ["DATABASE_URL", "PORT"], env);
    assertEquals(stderr, "");
    assertEquals(JSON.parse(stdout).own, ["u", "5432"]);
    const lacking = await start(daemon, at, ["PORT"], { ...env, SESSION_KEY: "" });
    assert(lacking.code !== 0);
    assertStringIncludes(lacking.stderr, "Missing in the environment, profile development:");
    assertStringIncludes(lacking.stderr, "SESSION_KEY");
  },
  MANY_STARTS,
);

test("/env without FFI says how to start the program", async () => {
  if (hasFfi) return;
  await using daemon = await daemonWith(STORED);
  using at = stage(daemon);
  await at.run(["allow"]);
  const { code, stderr } = await start(daemon, at, ["PORT"]);
  assert(code !== 0);
  assertStringIncludes(stderr, "kca run -- node main.js");
}, MANY_STARTS);

test(
  "/env is an error where there is no project, unless the environment is the source",
  async () => {
    await using daemon = await daemonWith(STORED);
    using at = stage(daemon);
    const elsewhere = { ...at, repository: at.home };
    const { code, stderr } = await start(daemon, elsewhere, ["PORT"]);
    assert(code !== 0);
    assertStringIncludes(stderr, "no kca.json in this folder");
    const none = await start(daemon, elsewhere, ["PORT"], { KCA_SOURCE: "env" });
    assertEquals(none.code, 0, none.stderr);
  },
  MANY_STARTS,
);

test("a .env of the working directory cannot choose the record of allowed projects", async () => {
  if (!hasFfi || process.platform !== "linux") return;
  await using daemon = await daemonWith(STORED);
  using at = stage(daemon, { ...SPEC, service: SERVICE });
  await at.run(["allow"], { env: { XDG_CONFIG_HOME: join(at.repository, "config") } });
  writeFileSync(
    join(at.repository, ".env"),
    `XDG_CONFIG_HOME=${join(at.repository, "config")}\nKCA_SOURCE=env\nKCA_LOADED=x\n`,
  );
  const { code, stderr } = await start(daemon, at, ["PORT"]);
  assert(code !== 0);
  assertStringIncludes(stderr, "you have not allowed it yet");
}, MANY_STARTS);
