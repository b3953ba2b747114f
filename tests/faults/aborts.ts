/** Faults of callers who leave: by a signal, or by a short timeout among others. */
import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import type { KeychainClient } from "../../mod.ts";
import { answersAll, fails, type Fault, gives, OK, S, sleep, VALUE } from "./fault.ts";
import { cue, reply, request } from "../support/steps.ts";

/** What a call rejects with; it must reject. */
async function rejection(call: Promise<unknown>): Promise<unknown> {
  return await call.then(() => {
    throw new Error("It must reject");
  }, (reason) => reason);
}

export const abortFaults: readonly Fault[] = [
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
    server: [[request(), cue(), reply(gives({ A: "late" })), answersAll]],
    async run({ connect, seen, done, cue }) {
      const service = (await connect() as KeychainClient).service(S);
      const controller = new AbortController();
      const read = rejection(service.get("A", { signal: controller.signal }));
      await done(1);
      controller.abort("enough");
      assertEquals(await Promise.race([read, sleep(0)]), "enough");
      cue();
      assertEquals(await service.get("B"), VALUE);
      assertEquals((await seen()).connections, 1);
    },
  },
  {
    name: "two replies to a call that was aborted",
    fault: "A call was aborted; its reply does not fit it, and another one follows",
    outcome: "The connection is dropped: later calls do not get the reply of an earlier call",
    only: "async",
    server: [[
      request(),
      cue(),
      reply(gives({ other: "x" }) + OK),
      answersAll,
    ], answersAll],
    async run({ connect, seen, done, cue }) {
      // Both come when the second call is on its way.
      const client = await connect({}, (sent) => sent === 2 && cue()) as KeychainClient;
      const service = client.service(S);
      const controller = new AbortController();
      const first = rejection(service.write({ A: VALUE }, { signal: controller.signal }));
      await done(1);
      controller.abort("enough");
      assertEquals(await first, "enough");
      assertEquals(await service.get("B"), VALUE);
      assertEquals((await seen()).connections, 2);
    },
  },
  {
    name: "abort of a half-sent batch",
    fault: "The signal is aborted while a batch larger than the kernel's buffer is being written",
    outcome: "Rejects with the signal's reason; other calls on the connection are not affected",
    only: "async",
    server: [[cue(), answersAll]],
    async run({ connect, seen, cue }) {
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
      cue();
      assertEquals(await service.get("A"), VALUE);
      const { connections, requests } = await seen();
      assertEquals(connections, 1);
      assert(requests.length < 41, "What was not sent yet is not sent");
      assert(requests.every(({ type }) => type === "REQUEST"));
    },
  },
  {
    name: "abort of one among many",
    fault: "One of the reads of a turn has its own signal and is aborted",
    outcome: "It is sent alone and rejects; the others get their values",
    only: "async",
    server: [[
      request(),
      request(),
      request(),
      cue(),
      reply(gives({ A: VALUE }) + gives({ B: VALUE }) + gives({ C: VALUE })),
    ]],
    async run({ connect, seen, done, cue }) {
      const client = await connect() as KeychainClient;
      const service = client.service(S);
      const controller = new AbortController();
      const first = rejection(service.get("A", { signal: controller.signal }));
      const second = service.get("B");
      const third = client.service("T").get("C");
      await done(3);
      controller.abort("enough");
      cue();
      assertEquals([await first, await second, await third], ["enough", VALUE, VALUE]);
      const requests = (await seen()).requests.map(({ targets }) => targets);
      assertEquals(requests, [["A"], ["B"], ["C"]]);
    },
  },
  {
    name: "timeout of one among many",
    fault: "One of the reads of a turn has its own short `timeout`",
    outcome: "It is sent alone and gets `TimeoutError`; the others get their values",
    only: "async",
    server: [[request(), request(), cue(), reply(gives({ A: VALUE }) + gives({ B: VALUE }))]],
    async run({ connect, cue }) {
      const service = (await connect() as KeychainClient).service(S);
      const first = fails("timeout", () => service.get("A", { timeout: 400 }));
      const second = service.get("B");
      assertEquals((await first).sent, true);
      cue();
      assertEquals(await second, VALUE);
    },
  },
  {
    name: "abort by the signal of a timeout",
    fault: "`AbortSignal.timeout()` aborts while the reply is awaited",
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
