/** Faults of time: late replies, aborts, daemons that hang or do not read. */
import { assert, assertEquals, assertLess, assertStrictEquals } from "@std/assert";
import type { KeychainClient } from "../../mod.ts";
import { answersAll, fails, type Fault, gives, OK, S, sleep, VALUE } from "./fault.ts";
import { hang, pause, pieces, reply, request } from "../support/scripted_peer.ts";

/** What a call rejects with; it must reject. */
async function rejection(call: Promise<unknown>): Promise<unknown> {
  return await call.then(() => {
    throw new Error("It must reject");
  }, (reason) => reason);
}

export const timingFaults: readonly Fault[] = [
  {
    name: "slow reply past the deadline",
    fault: "A reply comes after the deadline of its call",
    outcome:
      "`TimeoutError`, `sent` is `true`; the late reply is discarded, later calls get their own",
    server: [
      [request(), pause(200), reply(gives({ A: "late" })), answersAll],
      answersAll,
    ],
    async run({ connect, seen, mode }) {
      const service = (await connect()).service(S);
      const error = await fails("timeout", () => service.get("A", { timeout: 100 }), "100 ms");
      assertEquals([error.sent, error.timeout], [true, 100]);
      assertEquals(await service.get("B"), VALUE);
      assertEquals((await seen()).connections, mode.sync ? 2 : 1);
    },
  },
  {
    name: "slow reply inside the deadline",
    fault: "A reply comes drop by drop, but in time",
    outcome: "The right value",
    server: [[request(), pieces(gives({ A: VALUE }), 9, 15)]],
    async run({ connect }) {
      assertEquals(await (await connect()).service(S).get("A", { timeout: 5_000 }), VALUE);
    },
  },
  {
    name: "drops past the deadline",
    fault: "A reply comes drop by drop and its deadline passes between two of them",
    outcome: "`TimeoutError` at the deadline, however many drops came",
    server: [[request(), pieces(gives({ A: VALUE }), 1, 25)]],
    async run({ connect }) {
      const service = (await connect()).service(S);
      const began = performance.now();
      await fails("timeout", () => service.get("A", { timeout: 300 }));
      const took = performance.now() - began;
      assert(took >= 290 && took < 900, `It took ${took} ms`);
    },
  },
  {
    name: "timeout of the client",
    fault: "The client has a `timeout` of its own and the daemon never answers",
    outcome: "`TimeoutError` after that time; a call's own `timeout` comes first",
    server: [[hang()]],
    async run({ connect }) {
      const service = (await connect({ timeout: 150 })).service(S);
      assertEquals((await fails("timeout", () => service.search())).timeout, 150);
      assertEquals((await fails("timeout", () => service.get("A", { timeout: 80 }))).timeout, 80);
    },
  },
  {
    name: "daemon full",
    fault: "64 connections are served (1 in the test); ours is taken by the system and then waits",
    outcome: "`TimeoutError` that names the limit; served as soon as another connection ends",
    server: { secrets: { [S]: { A: VALUE } }, maxConnections: 1 },
    async run({ connect, seen }) {
      const first = await connect();
      assertEquals(await first.service(S).get("A"), VALUE);
      const second = (await connect()).service(S);
      await fails("timeout", () => second.get("A", { timeout: 120 }), "64 others");
      await first.close();
      assertEquals(await second.get("A", { timeout: 5_000 }), VALUE);
      assertEquals((await seen()).secrets, { A: VALUE });
    },
  },
  {
    name: "write that is late",
    fault: "The reply to a write comes after its deadline",
    outcome: "`TimeoutError`, `sent` is `true`; the write is not repeated",
    server: [[request(), pause(250), reply(OK)], answersAll],
    async run({ connect, seen }) {
      const service = (await connect()).service(S);
      const error = await fails("timeout", () => service.write({ A: VALUE }, { timeout: 80 }));
      assertEquals(error.sent, true);
      assertEquals((await seen()).requests.length, 1);
    },
  },
  {
    name: "daemon that does not read",
    fault: "4 MB of writes and a daemon that reads nothing",
    outcome: "`TimeoutError`; the parts that never went out are told as not written",
    server: [[]],
    async run({ connect }) {
      const service = (await connect()).service(S);
      const entries = Array.from(
        { length: 80 },
        (_, index) => [`T${index}`, VALUE + "x".repeat(50_000)] as const,
      );
      const error = await fails("partial_failure", () => service.write(entries, { timeout: 300 }));
      const { applied, failed, unknown } = error as unknown as Record<string, string[]>;
      assertEquals((error.cause as { code?: string }).code, "timeout");
      assertEquals(applied, []);
      assertEquals(failed!.length + unknown!.length, 80);
      assert(failed!.length > 50 && failed!.includes("T79"), `${failed!.length} not written`);
    },
  },
  {
    name: "abort before sending",
    fault: "The signal was aborted before the call",
    outcome: "Rejects with the signal's reason; nothing is sent",
    only: "async",
    server: [answersAll],
    async run({ connect, seen }) {
      const service = (await connect() as KeychainClient).service(S);
      const reason = new Error("no more");
      const signal = AbortSignal.abort(reason);
      for (
        const call of [
          () => service.get("A", { signal }),
          () => service.write({ A: VALUE }, { signal }),
          () => service.search("", { signal }),
        ]
      ) assertStrictEquals(await rejection(call()), reason);
      await sleep(30);
      assertEquals((await seen()).requests, []);
    },
  },
  {
    name: "abort in the turn of the call",
    fault: "The signal is aborted in the same turn in which the call is made",
    outcome: "Rejects with the signal's reason; nothing is sent",
    only: "async",
    server: [answersAll],
    async run({ connect, seen }) {
      const client = await connect() as KeychainClient;
      const controller = new AbortController();
      const { signal } = controller;
      const read = rejection(client.service(S).get("A", { signal }));
      const write = rejection(client.service(S).write({ A: VALUE }, { signal }));
      controller.abort("changed my mind");
      assertEquals([await read, await write], ["changed my mind", "changed my mind"]);
      assertEquals(await client.service(S).get("B"), VALUE);
      assertEquals((await seen()).requests.map(({ targets }) => targets), [["B"]]);
    },
  },
  {
    name: "abort during the wait",
    fault: "The signal is aborted after the request was sent",
    outcome: "Rejects with the signal's reason at once; the reply is discarded when it comes",
    only: "async",
    server: [[request(), pause(150), reply(gives({ A: "late" })), answersAll]],
    async run({ connect, seen }) {
      const service = (await connect() as KeychainClient).service(S);
      const controller = new AbortController();
      const began = performance.now();
      const read = rejection(service.get("A", { signal: controller.signal }));
      await sleep(40);
      controller.abort("enough");
      assertEquals(await read, "enough");
      assertLess(performance.now() - began, 140);
      assertEquals(await service.get("B"), VALUE);
      assertEquals((await seen()).connections, 1);
    },
  },
  {
    name: "two replies to a call that was aborted",
    fault: "A call was aborted; its reply does not fit it, and another one follows",
    outcome: "The connection is dropped: later calls do not get replies that are one too early",
    only: "async",
    server: [[
      request(),
      pause(120),
      reply(gives({ stranger: "x" }) + OK),
      answersAll,
    ], answersAll],
    async run({ connect, seen }) {
      const service = (await connect() as KeychainClient).service(S);
      const controller = new AbortController();
      const first = rejection(service.write({ A: VALUE }, { signal: controller.signal }));
      await sleep(40);
      controller.abort("enough");
      assertEquals(await first, "enough");
      assertEquals(await service.get("B"), VALUE);
      assertEquals((await seen()).connections, 2);
    },
  },
  {
    name: "abort of a half-sent batch",
    fault: "The signal is aborted while a batch larger than the kernel takes is being written",
    outcome: "Rejects with the signal's reason; other calls on the connection are not harmed",
    only: "async",
    server: [[pause(150), answersAll]],
    async run({ connect, seen }) {
      const service = (await connect() as KeychainClient).service(S);
      const controller = new AbortController();
      const entries = Array.from(
        { length: 40 },
        (_, index) => [`T${index}`, "x".repeat(50_000)] as const,
      );
      const write = rejection(service.write(entries, { signal: controller.signal }));
      await sleep(60);
      controller.abort("enough");
      assertEquals(await write, "enough");
      assertEquals(await service.get("A"), VALUE);
      const { connections, requests } = await seen();
      assertEquals(connections, 1);
      assert(requests.length < 41, "What was not sent yet is not sent");
      assert(requests.every(({ type }) => type === "REQUEST"));
    },
  },
  {
    name: "abort of one among many",
    fault: "Reads of one turn travel as one request and one of them is aborted",
    outcome: "That one rejects; the others get their values",
    only: "async",
    server: [[request(), pause(80), reply(gives({ A: VALUE, B: VALUE }))]],
    async run({ connect, seen }) {
      const service = (await connect() as KeychainClient).service(S);
      const controller = new AbortController();
      const first = rejection(service.get("A", { signal: controller.signal }));
      const second = service.get("B");
      await sleep(20);
      controller.abort("enough");
      assertEquals([await first, await second], ["enough", VALUE]);
      assertEquals((await seen()).requests.length, 1);
    },
  },
  {
    name: "timeout of one among many",
    fault: "Reads of one turn travel as one request and one of them has a short `timeout`",
    outcome: "That one gets `TimeoutError`; the others get their values",
    only: "async",
    server: [[request(), pause(150), reply(gives({ A: VALUE, B: VALUE }))]],
    async run({ connect }) {
      const service = (await connect() as KeychainClient).service(S);
      const first = fails("timeout", () => service.get("A", { timeout: 50 }));
      const second = service.get("B");
      assertEquals((await first).sent, true);
      assertEquals(await second, VALUE);
    },
  },
  {
    name: "abort by the signal of a timeout",
    fault: "`AbortSignal.timeout()` rings while the reply is awaited",
    outcome: "Rejects with the signal's own `TimeoutError`",
    only: "async",
    server: [[request()]],
    async run({ connect }) {
      const service = (await connect() as KeychainClient).service(S);
      const reason = await rejection(service.get("A", { signal: AbortSignal.timeout(60) }));
      assertEquals((reason as Error).name, "TimeoutError");
      assert(reason instanceof DOMException);
    },
  },
];
