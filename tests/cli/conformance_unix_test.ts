import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { spawn } from "node:child_process";
import process from "node:process";
import { listChecks } from "../../conformance/mod.ts";
import { startWith } from "../../testing/start.ts";
import { runCommand, test } from "../harness.ts";
import { ABSENT, daemonWith, kca, kcaCommand, kcaEnv, posix, SERVICE } from "../support/kca.ts";
import { until } from "../support/raw_client.ts";

const checks = listChecks().filter(({ slow }) => !slow);

test("kca conformance prints each check and counts them", async () => {
  await using daemon = await daemonWith({ theirs: "secret-1971" });
  const { stdout, stderr, code } = await kca(daemon, ["conformance"]);
  assertEquals([code, stderr], [0, ""]);
  const lines = stdout.trimEnd().split("\n");
  assertEquals(lines.length, checks.length + 2);
  assert(
    lines.every((line) => /^(?:ok|skip) {2,4}\w+: |^$|^\d+ passed, 0 failed/.test(line)),
    stdout,
  );
  assert(!stdout.includes("secret-1971"));
  assertEquals(Object.keys(daemon.secrets(SERVICE)), ["theirs"]);
}, { timeout: 60_000 });

test("kca conformance prints JSON, TAP and JUnit", async () => {
  await using daemon = await daemonWith({});
  const some = ["conformance", "--socket", daemon.endpoint, "--group", "limits"];
  const limits = checks.filter(({ group }) => group === "limits").length;
  const json = JSON.parse((await kca(daemon, [...some, "--json"])).stdout);
  assertEquals([json.ok, json.checks.length, json.service], [true, limits, SERVICE]);
  const tap = (await kca(daemon, [...some, "--tap"])).stdout;
  assertStringIncludes(tap, `TAP version 14\n1..${limits}\nok 1 - limits: `);
  const xml = (await kca(daemon, [...some, "--junit"])).stdout;
  assertStringIncludes(xml, `tests="${limits}" failures="0"`);
  const { code, stderr } = await kca(daemon, [...some, "--json", "--tap"]);
  assertEquals(code, 2);
  assertStringIncludes(stderr, "Give one of --json, --tap and --junit");
}, { timeout: 60_000 });

test("kca conformance shows wrong replies of a daemon, and fails", async () => {
  await using daemon = await startWith({}, (handler) => ({
    handle(line) {
      const outcome = handler.handle(line);
      return { ...outcome, reply: outcome.reply.replace("action_not_in_policy", "no") };
    },
  }));
  const only = "check is denied to every client";
  const { stdout, code } = await kca(daemon, ["conformance", "--only", only, "--quiet"]);
  assertEquals(code, 5);
  assertStringIncludes(stdout, `FAIL  protocol: ${only}\n`);
  assertStringIncludes(stdout, '\\"reason\\":\\"action_not_in_policy\\"}\\n"');
  assertStringIncludes(stdout, '\\"reason\\":\\"no\\"}\\n"');
  assertStringIncludes(stdout, "\n0 passed, 1 failed, 0 skipped\n");
});

test("kca conformance says when only the spelling of the JSON differs", async () => {
  const spelled = async (respell: (reply: string) => string): Promise<boolean> => {
    await using daemon = await startWith({}, (handler) => ({
      handle(line) {
        const outcome = handler.handle(line);
        return { ...outcome, reply: respell(outcome.reply) };
      },
    }));
    const only = "check is denied to every client";
    const { stdout } = await kca(daemon, ["conformance", "--only", only, "--quiet"]);
    assertStringIncludes(stdout, `FAIL  protocol: ${only}\n`);
    return stdout.includes("the JSON is equal, the bytes differ");
  };
  assert(await spelled((reply) => reply.replaceAll('":"', '": "')));
  assert(
    await spelled((reply) =>
      reply.replace(/^{("type":"RESPONSE"),("status":"[a-z]+"),/, "{$2,$1,")
    ),
  );
  assert(!await spelled((reply) => reply.replace("denied", "error")));
});

test("kca conformance fails when a required permission is missing", async () => {
  await using daemon = await daemonWith({}, { registered: false });
  const { stdout, code } = await kca(daemon, ["conformance", "--require", "read,write", "--quiet"]);
  assertEquals(code, 5);
  assertStringIncludes(stdout, "FAIL  policy: this caller has what the run requires: write");
});

test("kca conformance takes the service Conformance unless told otherwise", async () => {
  await using daemon = await daemonWith({});
  const args = kcaCommand([
    "conformance",
    "--socket",
    daemon.endpoint,
    "--json",
    "--group",
    "limits",
  ]);
  const { stdout, code } = await runCommand(args, { env: { KEYCHAIN_AUTH_SERVICE: undefined } });
  assertEquals([code, JSON.parse(stdout).service], [0, "Conformance"]);
});

test("kca conformance says which daemon it could not reach", async () => {
  const { code, stderr } = await runCommand(kcaCommand(["conformance", "--socket", ABSENT]));
  assertEquals(code, 3);
  assertStringIncludes(stderr, ABSENT);
});

for (const [signal, expected] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
  test(`kca conformance deletes what it wrote when ${signal} stops it`, async () => {
    // The run gets no further than to its first slow reply.
    await using daemon = await daemonWith({}, {
      faults: [{ name: "slow", delay: 20_000, after: 60 }],
    });
    const [command, ...args] = kcaCommand(["conformance"]);
    const env = { ...process.env, ...kcaEnv(daemon) } as Record<string, string>;
    const child = spawn(command!, args, { env, stdio: ["ignore", "ignore", "pipe"] });
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => stderr += text);
    const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
    await until("it has written", () => Object.keys(daemon.secrets(SERVICE)).length > 5);
    await until("it waits", () => daemon.requests > 60);
    daemon.heal();
    // Not child.kill: Deno's copy of it reports the signal that it sent as the way it ended.
    process.kill(child.pid!, signal);
    assertEquals(await ended, expected);
    assertStringIncludes(stderr, "Stopped. All names that were written have been deleted");
    assertEquals(daemon.secrets(SERVICE), {});
  }, { skip: !posix, timeout: 60_000 });
}
