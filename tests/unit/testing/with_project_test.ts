/** withProject(): what a test of a project gets, and what is put back after it. */
import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import process from "node:process";
import { inspect } from "node:util";
import { InvalidRequestError, MissingSecretsError } from "../../../mod.ts";
import { loadProject } from "../../../project/mod.ts";
import { withDaemon, withProject } from "../../../testing/mod.ts";
import { test } from "../../harness.ts";

const spec = {
  service: "App",
  prefix: "{profile}:",
  profile: "development",
  secrets: { API_KEY: {}, SENTRY_DSN: { optional: true }, PORT: { default: "80" } },
  profiles: { development: {}, production: { secrets: { SENTRY_DSN: { required: true } } } },
} as const;

test("withDaemon() and withProject() reject when they are awaited instead of called", async () => {
  let ran = false;
  const body = () => {
    ran = true;
  };
  for (const made of [withDaemon({}, body), withProject(spec, { API_KEY: "x" }, body)]) {
    await assertRejects(
      async () => await (made as unknown),
      TypeError,
      "pass it to the test runner",
    );
    assertEquals(ran, false);
    await made();
    assertEquals(ran, true);
    ran = false;
  }
});

test("withProject() hides the values of the shell, and restores them", async () => {
  process.env.SENTRY_DSN = "of the shell";
  process.env.KCA_SOURCE = "env";
  process.env.KCA_LOADED = "development:/app/kca.json";
  try {
    await withProject(spec, { API_KEY: "sk-test" }, async ({ env }) => {
      assertEquals((await loadProject(spec)).SENTRY_DSN, undefined);
      assertEquals(process.env.KCA_LOADED, undefined);
      assertEquals(env.API_KEY, "sk-test");
      assertEquals(inspect(env).includes("sk-test"), false);
    })();
    assertEquals([process.env.SENTRY_DSN, process.env.KCA_SOURCE], ["of the shell", "env"]);
    assertEquals(process.env.KCA_LOADED, "development:/app/kca.json");
    assertEquals(process.env.KCA_PROFILE, undefined);
  } finally {
    delete process.env.SENTRY_DSN;
    delete process.env.KCA_SOURCE;
    delete process.env.KCA_LOADED;
  }
});

test(
  "withProject() lets a value be missing, and sets the profile for the code under test",
  withProject(spec, { API_KEY: "sk-prod" }, async ({ profile, daemon }) => {
    assertEquals(profile, "production");
    assertEquals(process.env.KCA_PROFILE, "production");
    assertEquals(daemon.secrets("App"), { "production:API_KEY": "sk-prod" });
    const error = await assertRejects(() => loadProject(spec), MissingSecretsError);
    assertEquals(error.targets, ["production:SENTRY_DSN"]);
  }, { profile: "production" }),
);

test("withProject() refuses an invalid project, profile or value at once", () => {
  const body = (): void => {};
  assertThrows(
    () => withProject({ ...spec, service: "a:b" }, {}, body),
    InvalidRequestError,
    "spec.service",
  );
  assertThrows(() => withProject(spec, {}, body, { profile: "prod" }), InvalidRequestError);
  const values: object = { API_KEI: "x" };
  assertThrows(() => withProject(spec, values, body), TypeError, "API_KEI");
});

test("a second withProject() at the same time is refused, and the first continues", async () => {
  const inner = withProject(spec, {}, () => {});
  await withProject(spec, { API_KEY: "sk" }, async () => {
    const error = await assertRejects(() => inner());
    assertStringIncludes((error as Error).message, "one after the other");
    assertEquals((await loadProject(spec)).API_KEY, "sk");
  })();
});
