/** loadProject() against an embedded daemon, and without one. */
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { inspect } from "node:util";
import {
  DaemonUnavailableError,
  InvalidRequestError,
  InvalidSecretError,
  MissingSecretsError,
} from "../../../mod.ts";
import { loadProject } from "../../../project/mod.ts";
import type { TestDaemon } from "../../../testing/mod.ts";
import { test } from "../../harness.ts";
import { ABSENT, daemonWith, SERVICE, temporaryFolder } from "../../support/kca.ts";

const spec = {
  service: "AgentSecrets",
  prefix: "proj_123:{profile}:",
  profile: "development",
  secrets: {
    DATABASE_URL: { description: "Postgres of the app" },
    OPENAI_KEY: { target: "shared:OPENAI_KEY" },
    SENTRY_DSN: { description: "Errors", optional: true },
    PORT: { default: "5432", public: true },
  },
  profiles: { development: {}, production: { secrets: { SENTRY_DSN: { required: true } } } },
} as const;

const STORED = {
  "proj_123:development:DATABASE_URL": "postgres://me:s3cret@dev-db/app",
  "shared:OPENAI_KEY": "sk-proj-dev123",
};

type Variables = Readonly<Record<string, string | undefined>>;

/** Runs with variables of the environment, which are as before afterwards. */
async function withVariables(variables: Variables, run: () => Promise<void>): Promise<void> {
  const set = (name: string, value: string | undefined): void => {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  };
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  for (const [name, value] of Object.entries(variables)) set(name, value);
  try {
    await run();
  } finally {
    for (const [name, value] of before) set(name, value);
  }
}

async function withStored(
  run: (daemon: TestDaemon) => Promise<void>,
  variables: Variables = {},
  secrets: Record<string, string> = STORED,
): Promise<void> {
  await using daemon = await daemonWith(secrets, {
    policy: {
      allowed_read_services: [SERVICE],
      allowed_write_services: [],
      can_search: false,
    },
  });
  await withVariables(
    { KEYCHAIN_AUTH_SOCKET: daemon.endpoint, ...variables },
    () => run(daemon),
  );
}

test("loadProject() reads exactly what is declared, in one request without search", () =>
  withStored(async (daemon) => {
    const env = await loadProject(spec, { parse: { PORT: Number } });
    assertEquals({ ...env }, {
      DATABASE_URL: "postgres://me:s3cret@dev-db/app",
      OPENAI_KEY: "sk-proj-dev123",
      SENTRY_DSN: undefined,
      PORT: 5432,
    });
    assertEquals(daemon.recorded.map(({ action, targets }) => [action, targets]), [["read", [
      "proj_123:development:DATABASE_URL",
      "shared:OPENAI_KEY",
      "proj_123:development:SENTRY_DSN",
      "proj_123:development:PORT",
    ]]]);
    for (const shown of [inspect(env), JSON.stringify(env)]) {
      assertEquals(/s3cret|sk-proj/.test(shown), false, shown);
    }
  }));

test("a stored secret overrides the environment, which overrides the default", () =>
  withStored(
    async () => {
      const env = await loadProject(spec, { only: ["OPENAI_KEY", "PORT"] });
      assertEquals({ ...env }, { OPENAI_KEY: "sk-proj-dev123", PORT: "3000" });
    },
    { OPENAI_KEY: "of the shell", PORT: "3000" },
  ));

test("only reads just these names, and an empty list sends nothing", () =>
  withStored(async (daemon) => {
    assertEquals({ ...await loadProject(spec, { only: [] }) }, {});
    assertEquals(daemon.connections, 0);
    await loadProject(spec, { only: ["PORT"] });
    assertEquals(daemon.recorded.map(({ targets }) => targets), [["proj_123:development:PORT"]]);
  }));

test("one error names all missing secrets, their descriptions, and the commands that store them", () =>
  withStored(
    async () => {
      const error = await assertRejects(
        () => loadProject(spec, { profile: "production" }),
        MissingSecretsError,
      );
      assertEquals(
        error.message,
        'Missing in service "AgentSecrets", profile production:\n' +
          "  DATABASE_URL: Postgres of the app\n" +
          "    kca set --service AgentSecrets proj_123:production:DATABASE_URL\n" +
          "  SENTRY_DSN: Errors\n" +
          "    kca set --service AgentSecrets proj_123:production:SENTRY_DSN",
      );
      assertEquals(error.targets, [
        ...["proj_123:production:DATABASE_URL", "proj_123:production:SENTRY_DSN"],
      ]);
    },
  ));

test("a profile in code wins over KCA_PROFILE, and an unknown one is an error of its place", () =>
  withStored(
    async () => {
      assertEquals((await loadProject(spec, { profile: "development" })).PORT, "5432");
      const error = await assertRejects(() => loadProject(spec), InvalidRequestError);
      assertEquals(error.argument, "KCA_PROFILE");
      assertStringIncludes(error.message, "development, production");
      // As a program in JavaScript may have it.
      const wrong = { profile: "prod" as string };
      const second = await assertRejects(() => loadProject(spec, wrong), InvalidRequestError);
      assertEquals(second.argument, "profile");
    },
    { KCA_PROFILE: "staging" },
  ));

test("a value that a parser rejects is an InvalidSecretError that names its source", () =>
  withStored(
    async () => {
      const refuse = (value: string): never => {
        throw new Error(`bad ${value}`);
      };
      const schema = {
        "~standard": {
          version: 1,
          vendor: "test",
          validate: (value: unknown) => Promise.resolve({ issues: [{ message: String(value) }] }),
        },
      } as const;
      const stored = await assertRejects(
        () => loadProject(spec, { parse: { OPENAI_KEY: refuse } }),
        InvalidSecretError,
      );
      assertEquals(stored.target, "shared:OPENAI_KEY");
      assertStringIncludes(stored.message, "kca set");
      const shell = await assertRejects(
        () => loadProject(spec, { parse: { PORT: schema } }),
        InvalidSecretError,
      );
      assertEquals(shell.target, "PORT");
      assertStringIncludes(shell.message, "environment");
      for (const { message, stack, cause } of [stored, shell]) {
        assertEquals(/sk-proj|3000/.test(`${message}${stack}${cause}`), false);
      }
    },
    { PORT: "3000" },
  ));

test("parsers may be asynchronous, and a default is parsed like any value", () =>
  withStored(async () => {
    const env = await loadProject(spec, {
      parse: { PORT: (value) => Promise.resolve(Number(value)), DATABASE_URL: (v) => new URL(v) },
    });
    assertEquals(env.PORT + 1, 5433);
    assertEquals(env.DATABASE_URL.host, "dev-db");
  }));

test("the source env contacts no daemon, and an empty variable counts as missing", () =>
  withVariables(
    {
      KEYCHAIN_AUTH_SOCKET: ABSENT,
      KCA_SOURCE: "env",
      DATABASE_URL: "postgres://ci",
      OPENAI_KEY: "",
    },
    async () => {
      const env = await loadProject(spec, { only: ["DATABASE_URL", "PORT"] });
      assertEquals({ ...env }, { DATABASE_URL: "postgres://ci", PORT: "5432" });
      const error = await assertRejects(() => loadProject(spec), MissingSecretsError);
      assertEquals(error.targets, ["OPENAI_KEY"]);
      assertStringIncludes(error.message, "set these variables before you start the program");
      assertEquals(error.message.includes("kca set"), false);
    },
  ));

test("the source dir reads a file for each secret, without its last line break", async () => {
  using folder = temporaryFolder();
  writeFileSync(join(folder.path, "DATABASE_URL"), "postgres://mounted\n");
  writeFileSync(join(folder.path, "OPENAI_KEY"), "two\nlines\n\n");
  await withVariables({ KEYCHAIN_AUTH_SOCKET: ABSENT, KCA_SOURCE: "env" }, async () => {
    const source = `dir:${folder.path}` as const;
    const env = await loadProject(spec, { source });
    assertEquals(env.DATABASE_URL, "postgres://mounted");
    assertEquals(env.OPENAI_KEY, "two\nlines\n");
    mkdirSync(join(folder.path, "SENTRY_DSN"));
    const error = await assertRejects(() => loadProject(spec, { source }), InvalidRequestError);
    assertEquals(error.argument, "source");
    writeFileSync(join(folder.path, "PORT"), new Uint8Array([0xff]));
    const binary = await assertRejects(
      () => loadProject(spec, { source, only: ["PORT"] }),
      InvalidRequestError,
    );
    assertStringIncludes(binary.message, "UTF-8");
    for (const folder of [join(source.slice(4), "none"), join(source.slice(4), "PORT")]) {
      const none = await assertRejects(
        () => loadProject(spec, { source: `dir:${folder}`, only: ["PORT"] }),
        InvalidRequestError,
      );
      assertStringIncludes(none.message, `there is no folder ${JSON.stringify(folder)}`);
    }
  });
});

test("without a daemon the error says what the environment has, and how to use it", () =>
  withVariables({ KEYCHAIN_AUTH_SOCKET: ABSENT, OPENAI_KEY: "x", CI: "true" }, async () => {
    const error = await assertRejects(() => loadProject(spec), DaemonUnavailableError);
    assertStringIncludes(error.message, "KCA_SOURCE=env");
    assertStringIncludes(error.message, "has OPENAI_KEY and lacks DATABASE_URL");
  }));

const misuses: readonly (readonly [what: string, options: object, argument: string])[] = [
  ["an unknown option", { timeout: 5 }, "timeout"],
  ["an unknown source", { source: "vault" }, "source"],
  ["a source without a folder", { source: "dir:" }, "source"],
  ["a source that is no folder", { source: "dir:/absent/folder" }, "source"],
  ["a parser of an undeclared secret", { parse: { PROT: Number } }, 'parse of "PROT"'],
  ["a parser that is none", { parse: { PORT: 1 } }, 'parse of "PORT"'],
  ["a text as only", { only: "PORT" }, "only"],
  ["an undeclared secret in only", { only: ["PROT"] }, "only"],
  ["a profile that is no text", { profile: 1 }, "profile"],
];

for (const [what, options, argument] of misuses) {
  test(`loadProject() refuses ${what} before it connects`, async () => {
    await withVariables({ KEYCHAIN_AUTH_SOCKET: ABSENT }, async () => {
      const error = await assertRejects(
        () => loadProject(spec, options as object),
        InvalidRequestError,
      );
      assertEquals(error.argument, argument);
    });
  });
}
