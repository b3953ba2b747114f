/** The faults of the embedded daemon, as the client sees them. */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { existsSync } from "node:fs";
import process from "node:process";
import { connect, type KeychainClient } from "../../../mod.ts";
import {
  type FaultName,
  type FaultOptions,
  startDaemon,
  type TestDaemon,
} from "../../../testing/mod.ts";
import { test } from "../../harness.ts";
import { atAnyPace } from "../../support/any_pace.ts";
import { RawClient, sleep } from "../../support/raw_client.ts";
import { found, OK, UNREG } from "../../support/replies.ts";

const windows = process.platform === "win32";
const SERVICE = "App";
const secrets = { [SERVICE]: { A: "1", B: "2" } };
const READ = { action: "read", service: SERVICE, targets: ["A"] };
const A1 = found('{"target":"A","value":"1"}');

interface Pair extends AsyncDisposable {
  daemon: TestDaemon;
  client: KeychainClient;
}

async function pair(options = {}): Promise<Pair> {
  const daemon = await startDaemon({ secrets });
  const client = await connect({ endpoint: daemon.endpoint, ...options });
  return {
    daemon,
    client,
    async [Symbol.asyncDispose]() {
      await client.close();
      await daemon.close();
    },
  };
}

const seen: [FaultName, FaultOptions, code: string, message: RegExp][] = [
  ["denied", {}, "denied", /service_not_allowed/],
  ["denied", { reason: "target_not_allowed" }, "denied", /target_not_allowed/],
  ["oversized", { bytes: 70_000 }, "protocol", /./],
  ["wrong-echo", {}, "protocol", /./],
];
for (const [name, options, code, message] of seen) {
  test(`fault ${name} ${JSON.stringify(options)} fails a read with ${code}, until it is healed`, async () => {
    await using both = await pair({ maxReply: 65_536 });
    const service = both.client.service(SERVICE);
    assertEquals(await service.get("A"), "1");
    const fault = both.daemon.fail(name, options);
    const error = await service.get("A").catch((error) => error);
    assertEquals(error.code, code);
    assert(message.test(error.message), error.message);
    assert(fault.hits >= 1, `${fault.hits} hits`);
    fault.heal();
    assertEquals(await service.get("A"), "1");
  });
}

for (const name of ["reset", "half-line"] as const) {
  test(`fault ${name} loses a write that was carried out, and a read is asked again`, async () => {
    await using both = await pair();
    const service = both.client.service(SERVICE);
    both.daemon.fail(name, { times: 1, action: "write" });
    const error = await service.write({ C: "3" }).catch((error) => error);
    assertEquals(error.code, "connection_lost");
    assertEquals(both.daemon.secrets(SERVICE).C, "3");
    const once = both.daemon.fail(name, { times: 1 });
    assertEquals(await service.get("A"), "1");
    assertEquals(once.hits, 1);
  });
}

test("fault slow makes replies late, in their order", async () => {
  await using daemon = await startDaemon({
    secrets,
    faults: [{ name: "slow", delay: 300, times: 1 }],
  });
  await using client = await RawClient.connect(daemon.endpoint);
  const start = performance.now();
  const replies = [client.ask(READ), client.ask({ action: "search", service: "None" })];
  assertEquals(await Promise.all(replies), [A1, OK]);
  assert(performance.now() - start > 280, "too early");
});

test("fault slow with Infinity never answers, so the client's timeout ends the call", async () => {
  await using both = await pair();
  const fault = both.daemon.fail("slow", { delay: Infinity });
  await atAnyPace(async (scale) => {
    const call = both.client.service(SERVICE).get("A", { timeout: 100 * scale });
    assertEquals((await call.catch((error) => error)).code, "timeout");
    return fault.hits >= 1 ? undefined : "nothing arrived in 100 ms";
  });
});

test("fault idle-close closes after each reply, and the client connects again", async () => {
  await using both = await pair();
  const fault = both.daemon.fail("idle-close");
  const service = both.client.service(SERVICE);
  for (let i = 0; i < 3; i++) {
    assertEquals(await service.get("A"), "1");
    await sleep(20);
  }
  assert(fault.hits === 3 && both.daemon.connections >= 3, `${both.daemon.connections}`);
});

test("fault unregistered applies to new connections, and to as many as requested", async () => {
  await using daemon = await startDaemon({ secrets });
  await using before = await RawClient.connect(daemon.endpoint);
  assertEquals(await before.ask(READ), A1);
  using fault = daemon.fail("unregistered", { times: 1 });
  await using refused = await RawClient.connect(daemon.endpoint);
  assertEquals(await refused.rest(), `${UNREG}\n`);
  await using after = await RawClient.connect(daemon.endpoint);
  assertEquals([await before.ask(READ), await after.ask(READ)], [A1, A1]);
  assertEquals(fault.hits, 1);
});

test("fault stopped makes the daemon unreachable until it is healed", async () => {
  await using daemon = await startDaemon({ secrets });
  const { endpoint } = daemon;
  await using client = await connect({ endpoint });
  assertEquals(await client.service(SERVICE).get("A"), "1");
  {
    using _ = daemon.fail("stopped");
    assertEquals(existsSync(endpoint), false);
    const error = await connect({ endpoint }).catch((error) => error);
    assertEquals([error.code, error.tried[0].error], ["daemon_unavailable", "ENOENT"]);
    const lost = await client.service(SERVICE).get("A").catch((error) => error);
    assertEquals(lost.code, "daemon_unavailable");
  }
  assertEquals(await client.service(SERVICE).get("A"), "1");
}, { skip: windows });

test("a daemon that is closed while it is stopped leaves nothing behind", async () => {
  const daemon = await startDaemon();
  daemon.fail("stopped");
  await daemon.close();
  daemon.heal();
  assertEquals(existsSync(daemon.endpoint), false);
  assertEquals(existsSync(`${daemon.endpoint}.hidden`), false);
}, { skip: windows });

test("a fault applies to the selected requests, after those that it lets through", async () => {
  await using daemon = await startDaemon({ secrets });
  await using client = await RawClient.connect(daemon.endpoint);
  daemon.fail("denied", { action: "read", target: "B", after: 1, times: 1 });
  const readB = { ...READ, targets: ["B"] };
  const B2 = found('{"target":"B","value":"2"}');
  const replies = [];
  for (
    const request of [
      readB,
      READ,
      { action: "search", service: SERVICE, targets: ["B"] },
      readB,
      readB,
    ]
  ) {
    replies.push(await client.ask(request));
  }
  assertEquals(replies.slice(0, 3), [B2, A1, found('{"target":"B"}')]);
  assert(replies[3]!.includes('"denied"'), replies[3]);
  assertEquals(replies[4], B2);
  daemon.fail("slow");
  daemon.heal();
  assertEquals(await client.ask(READ), A1);
});

test("fault wrong-echo names another secret, even in a reply without results", async () => {
  await using daemon = await startDaemon({ secrets, faults: ["wrong-echo"] });
  await using client = await RawClient.connect(daemon.endpoint);
  assert((await client.ask(READ)).includes('{"target":"not-asked-for","value":"1"}'));
  assert((await client.ask({ ...READ, targets: ["none"] })).includes('"not-asked-for"'));
});

const misuse: [unknown, object?][] = [
  ["hang"],
  [undefined],
  ["slow", { dealy: 5 }],
  ["slow", { delay: "5" }],
  ["denied", { action: 5 }],
];
for (const [name, options] of misuse) {
  test(`fail(${name}, ${JSON.stringify(options)}) is refused`, async () => {
    await using daemon = await startDaemon();
    assertThrows(() => daemon.fail(name as never, options), TypeError);
    assertThrows(() => daemon.fail("slow", { times: 0 }), RangeError);
    await assertRejects(
      () => startDaemon({ faults: [{ name, ...options }] as never }),
      TypeError,
    );
  });
}

test("the daemon records requests without values", async () => {
  await using daemon = await startDaemon({
    secrets: { [SERVICE]: { A: "canary-3305" } },
    policy: { allowed_read_services: [SERVICE], allowed_write_services: [], can_search: true },
  });
  await using one = await RawClient.connect(daemon.endpoint);
  await one.ask({ ...READ, match: "prefix" });
  await one.ask({ action: "write", service: SERVICE, targets: ["B"], values: ["canary-3306"] });
  await using two = await RawClient.connect(daemon.endpoint);
  two.send("{\n");
  await two.rest();
  assertEquals(daemon.recorded, [
    {
      connection: 1,
      action: "read",
      service: SERVICE,
      match: "prefix",
      targets: ["A"],
      status: "success",
    },
    {
      connection: 1,
      action: "write",
      service: SERVICE,
      match: "exact",
      targets: ["B"],
      status: "denied",
      reason: "service_not_allowed",
    },
    {
      connection: 2,
      action: "",
      service: "",
      match: "",
      targets: [],
      status: "error",
      reason: "malformed_request",
    },
  ]);
  assert(!JSON.stringify(daemon.recorded).includes("canary"));
  daemon.fail("denied", { times: 1 });
  await one.ask(READ);
  assertEquals(daemon.recorded.at(-1)?.reason, "service_not_allowed");
  daemon.forget();
  assertEquals(daemon.recorded, []);
});
