/** Faults of batches: those that fail half way, and entries that spoil others. */
import { assert, assertEquals } from "@std/assert";
import type { ScriptedPeer } from "../support/scripted_peer.ts";
import { atAnyPace } from "../support/any_pace.ts";
import { hang, reply, request, stopListening } from "../support/steps.ts";
import { answersAll, fails, type Fault, gives, INT, OK, S, sleep, SNA, VALUE } from "./fault.ts";

/** A keychain that fails on one target: what is before it in a batch is done. */
async function failingKeychain(peer: ScriptedPeer, bad: string): Promise<void> {
  const stored = new Map<string, string>();
  for (;;) {
    const { action, targets, values = [] } = await peer.request() as {
      action: string;
      targets: string[];
      values?: string[];
    };
    if (action === "read") {
      const found = targets.filter((name) => stored.has(name));
      await peer.send(gives(Object.fromEntries(found.map((name) => [name, stored.get(name)]))));
      continue;
    }
    const at = targets.indexOf(bad);
    const done = at === -1 ? targets.length : at;
    for (let index = 0; index < done; index++) stored.set(targets[index]!, values[index]!);
    await peer.send(at === -1 ? OK : INT);
  }
}

export const batchFaults: readonly Fault[] = [
  {
    name: "write that fails half way",
    fault: "The keychain fails on the third target of a batch; the first two stay written",
    outcome: "`PartialFailureError`, found out by reading back: two applied, the rest failed",
    server: [(peer) => failingKeychain(peer, "C")],
    async run({ connect }) {
      const service = (await connect()).service(S);
      const call = () => service.write({ A: VALUE, B: VALUE, C: VALUE, D: VALUE });
      const { applied, failed, unknown, cause } = await fails("partial_failure", call);
      assertEquals([applied, failed, unknown], [["A", "B"], ["C", "D"], []]);
      assertEquals((cause as { reason: string }).reason, "internal_error");
      assertEquals(
        (await fails("daemon_error", () => service.write({ C: VALUE }))).reason,
        "internal_error",
      );
    },
  },
  {
    name: "write that fails half way, unreadable",
    fault: "The same, and the policy forbids reading back",
    outcome: "`PartialFailureError` with all targets of the failed request `unknown`",
    server: [[request(), reply(INT), request(), reply(SNA)]],
    async run({ connect }) {
      const service = (await connect()).service(S);
      const call = () => service.write({ A: VALUE, B: VALUE });
      const { applied, failed, unknown } = await fails("partial_failure", call);
      assertEquals([applied, failed, unknown], [[], [], ["A", "B"]]);
    },
  },
  {
    name: "large write lost in the middle",
    fault: "A write of several requests; the connection is lost after the first was answered",
    outcome:
      "What was not sent goes over a new connection; the lost request is read back, and what is not " +
      "there is `unknown`: the daemon may be at it still",
    server: [
      [request(), reply(OK), request(), (peer) => peer.end()],
      (peer) => failingKeychain(peer, "none"),
    ],
    async run({ connect }) {
      const service = (await connect()).service(S);
      const entries = Array.from(
        { length: 3 },
        (_, index) => [`T${index}`, VALUE + "x".repeat(50_000)] as const,
      );
      const error = await fails("partial_failure", () => service.write(entries));
      const { applied, failed, unknown } = error as unknown as Record<string, string[]>;
      assert(unknown!.includes("T1"), "The second request was lost and is not stored yet");
      assertEquals(failed, []);
      assertEquals(applied!.includes("T0"), true);
      assertEquals((error.cause as { code: string }).code, "connection_lost");
    },
  },
  {
    name: "large write lost, daemon gone",
    fault:
      "A write of several requests; the connection is lost after the first was answered, for good",
    outcome: "`PartialFailureError`: the first request's targets are `applied`, no other",
    server: [
      [request(), reply(OK), request(), stopListening(), (peer) => peer.end()],
    ],
    async run({ connect }) {
      const service = (await connect()).service(S);
      const entries = Array.from(
        { length: 3 },
        (_, index) => [`T${index}`, VALUE + "x".repeat(50_000)] as const,
      );
      const error = await fails("partial_failure", () => service.write(entries));
      assertEquals(error.applied, ["T0"]);
      assert((error.unknown as string[]).includes("T1"), "It was sent, and nobody can be asked");
    },
  },
  {
    name: "large write lost after it was stored",
    fault: "The same, but the lost request had been carried out, which reading back shows",
    outcome: "The write succeeds: every value is stored",
    server: [
      [request(), reply(OK), request(), (peer) => peer.end()],
      async (peer) => {
        for (;;) {
          const { action, targets } = await peer.request() as { action: string; targets: string[] };
          const found = targets.map((target) => [target, VALUE + "x".repeat(50_000)]);
          await peer.send(action === "read" ? gives(Object.fromEntries(found)) : OK);
        }
      },
    ],
    async run({ connect, seen }) {
      const service = (await connect()).service(S);
      await service.write(
        Array.from({ length: 3 }, (_, index) => [`T${index}`, VALUE + "x".repeat(50_000)] as const),
      );
      assertEquals((await seen()).connections, 2);
    },
  },
  {
    name: "large write, client closed",
    fault: "A write of several requests, and the client is closed after the first was answered",
    outcome: "`PartialFailureError`: the first request's targets are `applied`, no other",
    only: "async",
    server: [[request(), reply(OK), request(), hang()]],
    async run({ connect }) {
      const entries = [0, 1, 2].map((index) => [`T${index}`, VALUE + "x".repeat(50_000)] as const);
      await atAnyPace(async (scale) => {
        const client = await connect();
        const call = fails("partial_failure", () => client.service(S).write(entries));
        await sleep(80 * scale);
        await client.close();
        const error = await call;
        assertEquals((error.cause as { code: string }).code, "client_closed");
        if ((error.applied as string[]).length === 0) return "nothing was answered in 80 ms";
        assertEquals([error.applied, error.failed], [["T0"], []]);
      });
    },
  },
  {
    name: "one bad entry among reads of a turn",
    fault:
      "Reads of one turn travel as one request, which fails with `internal_error` for one entry",
    outcome: "They are sent again one by one: only the bad entry's caller gets the `DaemonError`",
    only: "async",
    server: [async (peer) => {
      for (;;) {
        const { targets } = await peer.request() as { targets: string[] };
        const bad = targets.includes("bad");
        await peer.send(bad ? INT : gives(Object.fromEntries(targets.map((t) => [t, VALUE]))));
      }
    }],
    async run({ connect, seen }) {
      const service = (await connect()).service(S);
      const [a, , b] = await Promise.all([
        service.get("A"),
        fails("daemon_error", () => service.get("bad")),
        service.get("B"),
      ]);
      assertEquals([a, b], [VALUE, VALUE]);
      assertEquals((await seen()).requests.length, 4);
    },
  },
  {
    name: "one target too long among many",
    fault: "Reads of one turn travel as one request, and one name alone does not fit into a line",
    outcome: "`RequestTooLargeError` for that one; the others get their values",
    only: "async",
    server: [answersAll],
    async run({ connect }) {
      const service = (await connect()).service(S);
      const [a, , b] = await Promise.all([
        service.get("A"),
        fails("request_too_large", () => service.get("x".repeat(66_000))),
        service.get("B"),
      ]);
      assertEquals([a, b], [VALUE, VALUE]);
    },
  },
];
