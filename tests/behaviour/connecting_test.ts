/** Those who wait for a connection, and connections that nobody waits for any more. */
import { assertEquals, assertRejects } from "@std/assert";
import { UntrustedPeerError } from "../../mod.ts";
import { SystemCallError } from "../../core.ts";
import { fails } from "../faults/fault.ts";
import { test } from "../harness.ts";
import { connect, type KeychainClient, type Mode, modes } from "../support/clients.ts";
import { NOWHERE, Played, testPlayed } from "../support/played.ts";
import { inTime, sleep, until } from "../support/raw_client.ts";
import { reconnecting } from "../support/reconnecting.ts";
import { type AnyServer, startScriptedFor } from "../support/scripted_client.ts";
import { answers, close } from "../support/steps.ts";

testPlayed(
  "calls that wait for a connection share one attempt, and go out in order",
  async (kind) => {
    const { transport, client, service, gate } = await reconnecting(kind);
    const calls = ["A", "B", "C"].map((name) => service.write({ [name]: "" }));
    await sleep(1);
    calls.push(service.write({ D: "" }));
    gate.resolve();
    await inTime(Promise.all(calls));
    const written = transport.asked.map(({ targets }) => targets![0]);
    assertEquals([gate.attempts, written.join("")], [1, "ABCD"]);
    await client.close();
  },
  { only: "async" },
);

testPlayed("a call that is made just as the connection opens goes behind those that wait", async (
  kind,
) => {
  const transport = new Played();
  const client = await kind.connect(transport) as KeychainClient;
  const service = client.service("S");
  for (let depth = 1; depth < 12; depth++) {
    let later: Promise<void> | undefined;
    const step = (left: number): void =>
      left > 0 ? queueMicrotask(() => step(left - 1)) : void (later = service.write({ later: "" }));
    transport.onConnect = () => step(depth);
    transport.last.end();
    await Promise.all([service.write({ first: "" }), service.write({ second: "" })]);
    await until("the later call was made", () => later !== undefined);
    await later;
    const written = transport.last.asked.map(({ targets }) => targets![0]);
    assertEquals(written, ["first", "second", "later"], `${depth} microtasks later`);
  }
  await client.close();
}, { only: "async" });

testPlayed("an attempt that failed fails those who wait, and the next call makes another", async (
  kind,
) => {
  const { transport, client, service, gate } = await reconnecting(kind);
  const calls = ["A", "B"].map((name) =>
    fails("daemon_unavailable", () => service.write({ [name]: "" }))
  );
  gate.reject(new SystemCallError("connect", "ENOENT"));
  await inTime(Promise.all(calls));
  transport.onConnect = () => {};
  await inTime(service.write({ C: "" }));
  assertEquals(transport.asked.map(({ targets }) => targets![0]), ["C"]);
  await client.close();
}, { only: "async" });

testPlayed("the longest timeout that is allowed does not end at once while connecting", async (
  kind,
) => {
  const { client, service, gate } = await reconnecting(kind);
  const options = { timeout: 2_147_483_647 };
  const reads = Promise.all(["A", "B"].map((name) => service.get(name, options)));
  const write = service.write({ A: "1" }, options);
  await sleep(30);
  gate.resolve();
  await write;
  assertEquals((await reads)[1], undefined);
  await client.close();
  const transport = new Played();
  const patient = await kind.connect(transport, options) as KeychainClient;
  transport.onConnect = () => sleep(30);
  transport.last.end();
  await Promise.all(["A", "B"].map((name) => patient.service("S").get(name)));
  await patient.close();
}, { only: "async" });

testPlayed("a connection that opens after connect() was aborted is closed", async () => {
  const transport = new Played();
  const gate = Promise.withResolvers<void>();
  const controller = new AbortController();
  const { signal } = controller;
  const begun = Promise.withResolvers<void>();
  transport.onConnect = () => {
    begun.resolve();
    return gate.promise;
  };
  const connecting = connect({ endpoint: NOWHERE, transport, signal });
  await begun.promise;
  controller.abort(new Error("enough"));
  await assertRejects(() => connecting, Error, "enough");
  gate.resolve();
  await until("it has opened", () => transport.connections.length === 1);
  await sleep(5);
  assertEquals(transport.last.closes, 1);
}, { only: "async" });

testPlayed("a connection that opens after close() is closed, and carries nothing", async (kind) => {
  const { transport, client, service, gate } = await reconnecting(kind);
  const call = fails("client_closed", () => service.write({ A: "1" }));
  await sleep(1);
  await client.close();
  assertEquals((await call).sent, false);
  gate.resolve();
  await until("it has opened", () => transport.connections.length === 2);
  await sleep(5);
  assertEquals([transport.last.closes, transport.asked.length], [1, 0]);
}, { only: "async" });

testPlayed("an attempt that nobody waits for any more is told to end", async () => {
  let ended = false;
  const transport = new Played();
  transport.onConnect = async (deadline) => {
    while (!deadline.passed) await sleep(5);
    ended = true;
    throw new SystemCallError("connect", "ETIMEDOUT");
  };
  const controller = new AbortController();
  const { signal } = controller;
  const options = { endpoint: NOWHERE, transport, signal, connectTimeout: 60_000 };
  const outcome = assertRejects(() => connect(options), Error, "enough");
  await sleep(5);
  controller.abort(new Error("enough"));
  await outcome;
  await until("the transport was told", () => ended);
}, { only: "async" });

testPlayed("what a transport of the caller's own throws is given as it is", async (kind) => {
  const transport = new Played();
  const error = new TypeError("no such thing");
  transport.onConnect = () => {
    throw error;
  };
  const thrown = await kind.connect(transport).catch((thrown) => thrown);
  assertEquals(thrown === error, true);
});

testPlayed("a connection to another user's socket is closed and asked nothing", async (kind) => {
  const transport = new Played();
  transport.peer = { pid: 1, uid: 54_321, gid: 0 };
  await assertRejects(() => kind.connect(transport), UntrustedPeerError);
  assertEquals([transport.last.closes, transport.asked.length], [1, 0]);
  for (const peer of [{ uids: [54_321] }, { check: false }]) {
    const client = await kind.connect(transport, { peer });
    assertEquals(client.peer, transport.peer);
    await client.close();
    assertEquals(transport.last.closes, 1);
  }
});

testPlayed("each connection that was lost is closed, once", async (kind) => {
  const transport = new Played();
  const client = await kind.connect(transport);
  const service = client.service("S");
  for (const error of [undefined, new SystemCallError("recv", "ECONNRESET")]) {
    transport.last.end(error);
    await service.write({ A: "1" });
  }
  assertEquals(transport.connections.map(({ closes }) => closes), [1, 1, 0]);
  await client.close();
  await client.close();
  assertEquals(transport.connections.map(({ closes }) => closes), [1, 1, 1]);
});

for (const mode of modes.filter(({ sync }) => !sync)) {
  test(`[${mode.name}] an aborted connect() leaves no connection behind`, async () => {
    await using server = await startScriptedFor(mode, [[answers()]]);
    for (const turns of [0, 1, 2, 5]) {
      const controller = new AbortController();
      const connecting = mode.connect({ endpoint: server.endpoint, signal: controller.signal });
      const outcome = connecting.then((client) => client.close(), (reason) => reason);
      for (let turn = 0; turn < turns; turn++) await Promise.resolve();
      controller.abort("enough");
      const reason = await outcome;
      if (reason !== undefined) assertEquals(reason, "enough");
    }
    await allClosed(mode, server);
  });

  test(`[${mode.name}] close() during a reconnect leaves no connection behind`, async () => {
    await using server = await startScriptedFor(mode, [[close()], [answers()]]);
    const client = await mode.connect({ endpoint: server.endpoint });
    await sleep(30);
    // The first connection is gone: this opens another.
    const call = fails("client_closed", () => client.service("S").get("A"));
    await client.close();
    await call;
    await allClosed(mode, server);
  });
}

/** Waits until a server has seen all of its clients go, also those that it had yet to accept. */
async function allClosed(mode: Mode, server: AnyServer): Promise<void> {
  const last = await mode.connect({ endpoint: server.endpoint });
  await last.service("S").get("A");
  await last.close();
  await until("all are closed", async () => (await server.seen()).open === 0);
}
