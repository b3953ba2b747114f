/** `Bun.secrets` over the embedded daemon, call by call as Bun's own. */
import { assert, assertEquals } from "@std/assert";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { inspect } from "node:util";
import secretsDefault, { close, configure, secrets } from "../../../bun_secrets/mod.ts";
import keytar from "../../../keytar/mod.ts";
import { DaemonUnavailableError, DeniedError, InvalidRequestError } from "../../../mod.ts";
import { type DaemonOptions, startDaemon, type TestDaemon } from "../../../testing/mod.ts";
import {
  fixtureCommand,
  repoPath,
  runCommand,
  runtime,
  runtimeVersion,
  test,
} from "../../harness.ts";
import { ABSENT } from "../../support/kca.ts";
import { type AnySecrets, type Outcome, outcomesOf, refused, stored } from "./calls.ts";

/** How the calls ended in this version of Bun. */
const RECORDED = "1.4.5";
const recorded: Record<"refused" | "stored", Outcome[]> = JSON.parse(
  readFileSync(repoPath("tests", "unit", "bun_secrets", `bun_${RECORDED}.json`), "utf8"),
);
const ours = secrets as AnySecrets;
const bun = { skip: runtime !== "bun" || runtimeVersion !== RECORDED };

async function withDaemon(
  body: (daemon: TestDaemon) => Promise<void>,
  { service = null, ...options }: DaemonOptions & { service?: string | null } = {},
): Promise<void> {
  await using daemon = await startDaemon(options);
  configure({ service, connect: { endpoint: daemon.endpoint } });
  try {
    await body(daemon);
  } finally {
    configure({ service: undefined, connect: undefined });
    await close();
  }
}

test("secrets refuses what Bun refuses, at once, with its errors", () =>
  withDaemon(async (daemon) => {
    assertEquals(await outcomesOf(refused, ours), recorded.refused);
    assertEquals(daemon.connections, 0);
  }));

for (const service of [null, "one"]) {
  const mode = service === null ? "services as they are" : "one daemon service";
  test(`secrets stores and finds what Bun does, ${mode}`, () =>
    withDaemon(async (daemon) => {
      assertEquals(await outcomesOf(stored, ours), recorded.stored);
      assertEquals(daemon.connections, 1);
    }, { service }));
}

test("Bun itself refuses what was recorded", async () => {
  const { secrets } = (globalThis as unknown as { Bun: { secrets: AnySecrets } }).Bun;
  assertEquals(await outcomesOf(refused, secrets), recorded.refused);
}, bun);

test("Bun itself stores and finds what was recorded", async () => {
  const home = mkdtempSync(join(tmpdir(), "bun-secrets-"));
  try {
    const run = join(home, "run");
    mkdirSync(run, { mode: 0o700 });
    const script = "printf x | gnome-keyring-daemon --unlock --components=secrets >&2 && " +
      'exec "$@"';
    const fixture = fixtureCommand("bun_secrets", { args: ["stored"] });
    const command = ["dbus-run-session", "--", "sh", "-c", script, "sh", ...fixture];
    const { stdout, stderr } = await runCommand(command, {
      env: { HOME: home, XDG_DATA_HOME: home, XDG_RUNTIME_DIR: run },
    });
    assert(stdout !== "", stderr);
    assertEquals(JSON.parse(stdout), recorded.stored);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}, { skip: bun.skip || !hasKeyring() });

/** Whether there is a keychain of the desktop that can be started for a test alone. */
function hasKeyring(): boolean {
  if (process.platform !== "linux") return false;
  try {
    const script = "command -v dbus-run-session gnome-keyring-daemon && ldconfig -p";
    return execFileSync("sh", ["-c", script], { encoding: "utf8" }).includes("libsecret-1.so.0");
  } catch {
    return false;
  }
}

async function errorOf(call: () => Promise<unknown>): Promise<Error & { code: string }> {
  const promise = call();
  return await promise.then(() => {
    throw new Error("The call did not fail");
  }, (error) => error);
}

const CALLS: Record<string, () => Promise<unknown>> = {
  get: () => secrets.get("app", "token"),
  set: () => secrets.set("app", "token", "canary-value"),
  "set to an empty value": () => secrets.set("app", "token", ""),
  delete: () => secrets.delete({ service: "app", name: "token" }),
};

for (const [name, call] of Object.entries(CALLS)) {
  test(`secrets: ${name} rejects with ERR_SECRETS_NOT_AVAILABLE without a daemon`, async () => {
    configure({ connect: { endpoint: ABSENT } });
    try {
      const error = await errorOf(call);
      assertEquals([error.constructor, error.code], [Error, "ERR_SECRETS_NOT_AVAILABLE"]);
      assert(error.cause instanceof DaemonUnavailableError);
      assertEquals(error.message, error.cause.message);
    } finally {
      configure({ connect: undefined });
    }
  });

  test(`secrets: ${name} rejects with ERR_SECRETS_ACCESS_DENIED when the policy forbids it`, () =>
    withDaemon(async () => {
      const error = await errorOf(call);
      assertEquals([error.constructor, error.code], [Error, "ERR_SECRETS_ACCESS_DENIED"]);
      assert(error.cause instanceof DeniedError);
      assert(error.message.includes("keychain-auth authorize"), error.message);
      assert(!`${inspect(error, { depth: 9 })}${error.stack}`.includes("canary-value"));
    }, {
      policy: { allowed_read_services: [], allowed_write_services: [], can_search: false },
    }));
}

test("secrets rejects with ERR_SECRETS_PLATFORM_ERROR when the daemon fails otherwise", () =>
  withDaemon(async () => {
    const error = await errorOf(() => secrets.set("app", "big", "x".repeat(70_000)));
    assertEquals([error.constructor, error.code], [Error, "ERR_SECRETS_PLATFORM_ERROR"]);
    assert(!error.message.includes("xxx"));
    assertEquals(String(error), `Error [ERR_SECRETS_PLATFORM_ERROR]: ${error.message}`);
  }));

test("secrets refuses a lone surrogate, which Bun would store as U+FFFD", () =>
  withDaemon(async (daemon) => {
    for (const args of [["a\ud800", "b", "c"], ["a", "b\ud800", "c"], ["a", "b", "c\ud800"]]) {
      const error = await errorOf(() => ours.set(...args));
      assertEquals([error.constructor, error.code], [TypeError, "ERR_INVALID_ARG_VALUE"]);
      assert(error.cause instanceof InvalidRequestError);
    }
    assertEquals(daemon.requests, 0);
  }));

test("secrets and keytar share one connection and what they store", () =>
  withDaemon(async (daemon) => {
    await secrets.set("app", "token", "v");
    assertEquals(await keytar.getPassword("app", "token"), "v");
    assertEquals(daemon.connections, 1);
  }));

test("secrets is also the default export", () => assertEquals(secretsDefault, secrets));
