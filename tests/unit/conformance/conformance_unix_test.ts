/** The conformance kit against the daemons that there are, whatever they permit. */
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import {
  type ConformanceOptions,
  type ConformanceReport,
  listChecks,
  runConformance,
  toJUnit,
  toTap,
} from "../../../conformance/mod.ts";
import { connect, DaemonUnavailableError, InvalidRequestError } from "../../../mod.ts";
import { authorize } from "../../../testing/identify/approvals.ts";
import { startDaemon, type TestDaemon } from "../../../testing/mod.ts";
import { startWith } from "../../../testing/start.ts";
import { test } from "../../harness.ts";
import { real, SERVICE, startEndpoint } from "../../support/endpoint.ts";
import { identifies, self, startIdentified } from "../../support/identified.ts";
import { ABSENT, temporaryFolder } from "../../support/kca.ts";
import { startRealDaemon } from "../../support/real_daemon.ts";
import { installStandIn } from "../../support/stand_in.ts";

const embedded = { skip: real };
const long = { timeout: 120_000 };
const everything = {
  allowed_read_services: [SERVICE],
  allowed_write_services: [SERVICE],
  can_search: true,
};

/** What is asked of callers with other permissions. */
const NOT_FOR_ALL = 7;

async function run(
  endpoint: string,
  options: Partial<ConformanceOptions> = {},
): Promise<ConformanceReport> {
  return await runConformance({ endpoint, service: SERVICE, ...options });
}

function failures({ checks }: ConformanceReport): unknown[] {
  return checks.filter(({ status }) => status === "failed")
    .map(({ name, steps }) => [name, steps.at(-1)]);
}

function reasons({ checks }: ConformanceReport): string[] {
  return [...new Set(checks.flatMap(({ reason }) => reason ?? []))].sort();
}

test("a daemon that permits everything passes every check that it can be asked", async () => {
  await using daemon = await startEndpoint();
  const seen: string[] = [];
  const report = await run(daemon.endpoint, { onCheck: ({ name }) => seen.push(name) });
  assertEquals(failures(report), []);
  assert(report.ok);
  assertEquals(report.permissions, ["read", "write", "search", "policy"]);
  const asked = listChecks().filter(({ slow }) => !slow);
  assertEquals(report.checks.map(({ name }) => name), asked.map(({ name }) => name));
  assertEquals(seen, asked.map(({ name }) => name));
  assert(report.skipped <= NOT_FOR_ALL + 3, `${report.skipped} skipped`);
  assertEquals(report.passed + report.skipped, asked.length);
}, long);

test("an embedded daemon without a policy passes, and what needs a policy is skipped", async () => {
  await using daemon = await startDaemon();
  const report = await run(daemon.endpoint);
  assertEquals(failures(report), []);
  assert(report.ok);
  assertEquals(report.permissions, ["read", "write", "search"]);
  assert(reasons(report).some((reason) => reason.includes("has no policy")));
  const required = await run(daemon.endpoint, { groups: ["policy"], require: ["policy"] });
  assertEquals(failures(required).map((failure) => (failure as unknown[])[0]), [
    "this caller has what the run requires: policy",
  ]);
}, { ...embedded, ...long });

test("an identifying daemon passes", async () => {
  await using identified = await startIdentified();
  await authorize(identified.config, self, SERVICE);
  const report = await run(identified.daemon.endpoint);
  assertEquals(failures(report), []);
  assert(report.ok && report.passed >= 86, `${report.passed} passed`);
}, { skip: real || !identifies, ...long });

test("the stand-in for the real daemon passes", async () => {
  using folder = temporaryFolder();
  await using daemon = await startRealDaemon(installStandIn(folder.path), SERVICE);
  const report = await run(daemon.endpoint, { require: ["read", "write", "search", "policy"] });
  assertEquals(failures(report), []);
  assert(report.ok && report.passed >= 87, `${report.passed} passed`);
}, { skip: real || !identifies, ...long });

test("slow checks pass, and are asked only when wanted", async () => {
  // A machine that takes seconds for a turn keeps neither a connection nor the time of this test.
  await using daemon = await startDaemon({ idleTimeout: 3_000, maxConnections: 5 });
  const report = await run(daemon.endpoint, {
    slow: true,
    idleTimeout: 3_000,
    maxConnections: 5,
    groups: ["limits", "lifetime"],
  });
  assertEquals(failures(report), []);
  const slow = listChecks().filter((check) => check.slow).map(({ name }) => name);
  assertEquals(slow.length, 5);
  const asked = report.checks.map(({ name }) => name);
  assertEquals(slow.filter((name) => asked.includes(name)).length, 4);
  const late = await run(daemon.endpoint, { slow: true, only: "200,000 requests" });
  assertEquals([failures(late), late.passed], [[], 1]);
}, { ...embedded, ...long });

test("a caller who may only read is asked what it may, and denied the rest", async () => {
  await using daemon = await startDaemon({
    secrets: { [SERVICE]: { theirs: "secret-5521" } },
    policy: { allowed_read_services: [SERVICE], allowed_write_services: [], can_search: false },
  });
  const report = await run(daemon.endpoint);
  assertEquals(failures(report), []);
  assertEquals(report.permissions, ["read", "policy"]);
  const passed = report.checks.filter(({ status }) => status === "passed").map(({ name }) => name);
  for (
    const name of [
      "search without can_search is denied as an action",
      "prefix read without can_search is denied as an action",
      "a service that may not be written is denied to write and delete",
      "read of missing targets succeeds without results",
    ]
  ) assert(passed.includes(name), name);
  assert(!JSON.stringify(report).includes("secret-5521"));
  assert(reasons(report).includes(`this caller may not write "${SERVICE}"`));
}, { ...embedded, ...long });

test("a caller who may only write is denied to read and search", async () => {
  const { allowed_write_services } = everything;
  await using daemon = await startDaemon({
    policy: { allowed_read_services: [], allowed_write_services, can_search: false },
  });
  const report = await run(daemon.endpoint);
  assertEquals(failures(report), []);
  const denied = "a service that may not be read is denied to read, and to search as an action";
  assertEquals(report.checks.find(({ name }) => name === denied)?.status, "passed");
  assertEquals(daemon.secrets(SERVICE), {});
}, { ...embedded, ...long });

test("for an unapproved caller the denial is checked", async () => {
  await using daemon = await startDaemon({ registered: false });
  const report = await run(daemon.endpoint);
  assertEquals([report.passed, report.failed, report.permissions], [2, 0, []]);
  assert(reasons(report).includes("the daemon does not know this executable"));
}, embedded);

test("nothing is left behind, and what was there stays as it was", async () => {
  const theirs = { theirs: "1", "kca-conformance-": "2", "": "3" };
  for (const can_search of [true, false]) {
    await using daemon = await startDaemon({
      secrets: { [SERVICE]: theirs },
      policy: { ...everything, can_search },
    });
    const report = await run(daemon.endpoint, { groups: ["protocol"] });
    assertEquals([failures(report), report.leftBehind], [[], []]);
    assertEquals(daemon.secrets(SERVICE), theirs);
  }
}, { ...embedded, ...long });

test("nothing is left behind when the run is stopped", async () => {
  await using daemon = await startDaemon({ policy: everything });
  const stop = new AbortController();
  const reason = new Error("enough");
  let most = 0;
  const stopped = run(daemon.endpoint, {
    signal: stop.signal,
    onCheck() {
      most = Math.max(most, Object.keys(daemon.secrets(SERVICE)).length);
      if (most > 10) stop.abort(reason);
    },
  });
  assertEquals(await stopped.catch((error) => error), reason);
  assert(most > 10);
  assertEquals(daemon.secrets(SERVICE), {});
}, embedded);

test(
  "nothing is left behind by a daemon that fails, also in services that it must deny",
  async () => {
    await using daemon = await startWith({}, (handler) => ({
      handle(line) {
        const text = new TextDecoder().decode(line);
        // Prefix deletes fail, and a service that nobody has listed can be written.
        const fails = text.includes('"delete"') && text.includes('"prefix"') ||
          text.includes("unlisted") && text.includes('"read"');
        if (!fails) return handler.handle(line);
        const reason = text.includes("unlisted") ? "service_not_allowed" : "internal_error";
        const status = text.includes("unlisted") ? "denied" : "error";
        return { reply: `${JSON.stringify({ type: "RESPONSE", status, reason })}\n`, close: false };
      },
    }));
    const report = await run(daemon.endpoint);
    assert(report.failed > 2, `${report.failed}`);
    assertEquals(report.leftBehind, []);
    for (const { service } of daemon.recorded) assertEquals(daemon.secrets(service), {}, service);
  },
  { ...embedded, ...long },
);

test("a report says what could not be deleted", async () => {
  await using daemon = await startWith({ policy: everything }, (handler) => ({
    handle(line) {
      const deletes = /"action":"delete"/.test(new TextDecoder().decode(line));
      return deletes
        ? {
          reply: '{"type":"RESPONSE","status":"error","reason":"internal_error"}\n',
          close: false,
        }
        : handler.handle(line);
    },
  }));
  const report = await run(daemon.endpoint, { only: "write overwrites silently" });
  assertEquals([report.failed, report.ok], [0, false]);
  assertEquals(report.leftBehind, Object.keys(daemon.secrets(SERVICE)));
  assertStringIncludes(toTap(report), "not ok 2 - lifetime: no test secret is left behind");
  assertStringIncludes(toJUnit(report), 'failures="1"');
}, embedded);

test("values of other programs are not shown, even when the daemon sends them", async () => {
  const secrets = { [SERVICE]: { theirs: "secret-8812" } };
  await using daemon = await startWith({ secrets, policy: everything }, (handler) => ({
    handle(line) {
      const text = new TextDecoder().decode(line).replace(
        /"targets":\["[^"]*:zzz"/,
        '"targets":["the"',
      );
      return handler.handle(new TextEncoder().encode(text));
    },
  }));
  const report = await run(daemon.endpoint, { timeout: 3_000 });
  assert(report.failed > 0);
  const shown = JSON.stringify(report) + toTap(report) + toJUnit(report);
  assert(!shown.includes("secret-8812"), "a value is shown");
  assertStringIncludes(shown, "[not shown]");
}, { ...embedded, ...long });

/** A daemon whose replies to a check are wrong, and hard to write down. */
async function wrong(): Promise<TestDaemon> {
  return await startWith({ policy: everything }, (handler) => ({
    handle(line) {
      const check = new TextDecoder().decode(line).includes('"action":"READ"');
      return check ? { reply: '<&"\u0001# \\>\n', close: false } : handler.handle(line);
    },
  }));
}

test("TAP and JUnit hold each check, with what was expected and what came", async () => {
  await using daemon = await wrong();
  const report = await run(daemon.endpoint);
  assertEquals(report.failed, 1);
  const { checks } = report;
  const tap = toTap(report).trimEnd().split("\n");
  assertEquals(tap.slice(0, 2), ["TAP version 14", `1..${checks.length}`]);
  const points = tap.filter((line) => /^(?:not )?ok /.test(line));
  assertEquals(points.length, checks.length);
  assertEquals(points.filter((line) => / # SKIP \S/.test(line)).length, report.skipped);
  const at = tap.findIndex((line) => line.startsWith("not ok"));
  assertEquals(JSON.parse(tap[at + 4]!.replace("  observed: ", "")), '<&"\u0001# \\>\n');
  const xml = toJUnit(report);
  assertEquals(xml.match(/<testcase /g)?.length, checks.length);
  assertEquals(xml.match(/<skipped /g)?.length, report.skipped);
  assertEquals(xml.match(/<failure /g)?.length, 1);
  assertStringIncludes(xml, "observed &#60;&#38;&#34;\uFFFD# \\&#62;");
  assertStringIncludes(xml, `tests="${checks.length}" failures="1"`);
}, { ...embedded, ...long });

const misuse: [string, object][] = [
  ["service", {}],
  ["service", { service: "" }],
  ["service", { service: "a:b" }],
  ["endpoint", { service: "S", endpoint: "" }],
  ["groups", { service: "S", groups: ["all"] }],
  ["groups", { service: "S", groups: "limits" }],
  ["require", { service: "S", require: ["delete"] }],
  ["slow", { service: "S", slow: 1 }],
  ["timeout", { service: "S", timeout: 0 }],
  ["idleTimeout", { service: "S", idleTimeout: Infinity }],
  ["signal", { service: "S", signal: {} }],
  ["socket", { service: "S", socket: "/x" }],
];
for (const [argument, options] of misuse) {
  test(`runConformance() refuses ${JSON.stringify(options)} by the name ${argument}`, async () => {
    const error = await assertRejects(() => runConformance(options as never), InvalidRequestError);
    assertEquals(error.argument, argument);
  });
}

test("runConformance() says which endpoint it could not connect to", async () => {
  const error = await assertRejects(() => run(ABSENT), DaemonUnavailableError, ABSENT);
  assertEquals(error.tried.length, 1);
});

test("a service with odd characters is asked as well", async () => {
  const service = 'my "$@^~\\ sérvice';
  await using daemon = await startDaemon({
    policy: { ...everything, allowed_read_services: [service], allowed_write_services: [service] },
  });
  assertEquals(failures(await run(daemon.endpoint, { service })), []);
  await using client = await connect({ endpoint: daemon.endpoint });
  assertEquals(await client.service(service).search(), []);
}, { ...embedded, ...long });
