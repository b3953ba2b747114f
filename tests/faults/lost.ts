/** Faults of connections that are lost while something is under way. */
import { assert, assertEquals } from "@std/assert";
import { answersAll, fails, type Fault, gives, INT, OK, S, VALUE } from "./fault.ts";
import { close, cue, reply, request, reset, stopListening } from "../support/steps.ts";

/** Why some faults are not tested with pipes. */
const NO_HALF_CLOSE = "a pipe has no half-close";

export const lostFaults: readonly Fault[] = [
  {
    name: "read lost twice",
    fault: "The connection is closed instead of a reply, and so is the second one",
    outcome: "`ConnectionLostError`, `sent` is `true`, after two connections and no more",
    server: [[request(), close()]],
    async run({ connect, seen }) {
      const service = (await connect()).service(S);
      const error = await fails("connection_lost", () => service.get("A"), "after the request");
      assertEquals(error.sent, true);
      assertEquals((await seen()).connections, 2);
    },
  },
  {
    name: "search lost once",
    fault: "The connection is closed instead of a reply to a search",
    outcome: "The search is retried once: the right names",
    server: [[request(), close()], answersAll],
    async run({ connect, seen }) {
      assertEquals(await (await connect()).service(S).search("A"), ["A"]);
      assertEquals((await seen()).requests.length, 2);
    },
  },
  {
    name: "daemon gone at the retry",
    fault: "The connection is lost and no daemon listens afterwards",
    outcome: "`DaemonUnavailableError` with the endpoint that was tried",
    server: [[request(), stopListening(), close()]],
    async run({ connect, endpoint }) {
      const service = (await connect()).service(S);
      await fails("daemon_unavailable", () => service.get("A"), endpoint, "keychain-auth start");
    },
  },
  {
    name: "write lost in flight",
    fault: "The connection is closed after a write was received, before its reply",
    outcome: "`ConnectionLostError`, `sent` is `true`; the write is not retried",
    server: [[request(), close()], answersAll],
    async run({ connect, seen }) {
      const service = (await connect()).service(S);
      const error = await fails("connection_lost", () => service.write({ A: VALUE }));
      assertEquals(error.sent, true);
      const { connections, requests } = await seen();
      assertEquals([connections, requests.length], [1, 1]);
    },
  },
  {
    name: "write lost to a reset",
    fault: "The connection is reset before the daemon has read the write",
    outcome:
      "`ConnectionLostError`, `sent` is `true`: it may have been carried out; it is not retried",
    server: [[cue(), reset(0)], answersAll],
    async run({ connect, seen, cue }) {
      const service = (await connect({}, cue)).service(S);
      const error = await fails("connection_lost", () => service.write({ A: VALUE }));
      assertEquals(error.sent, true);
      assertEquals((await seen()).connections, 1);
    },
  },
  {
    name: "delete lost in flight",
    fault: "The connection is closed after a delete was received, before its reply",
    outcome: "`ConnectionLostError`, `sent` is `true`; the delete is not retried",
    server: [[request(), close()], answersAll],
    async run({ connect, seen }) {
      const service = (await connect()).service(S);
      assertEquals((await fails("connection_lost", () => service.delete("A"))).sent, true);
      assertEquals((await seen()).requests.length, 1);
    },
  },
  {
    name: "prefix delete lost in flight",
    fault: "The connection is closed after a prefix delete was received, before its reply",
    outcome: "`ConnectionLostError`, `sent` is `true`; it is not retried",
    server: [[request(), close()], answersAll],
    async run({ connect, seen }) {
      const service = (await connect()).service(S);
      assertEquals((await fails("connection_lost", () => service.deletePrefix("p:"))).sent, true);
      assertEquals((await seen()).requests.length, 1);
    },
  },
  {
    name: "delete whose second step is lost",
    fault:
      "A delete fails half way; the other names are deleted one by one, and the connection is lost",
    outcome: "`PartialFailureError`: deleted names are `applied`, the lost delete is not retried",
    server: [
      [
        request(),
        reply(gives({ A: undefined, B: undefined, C: undefined })),
        request(),
        reply(INT),
        request(),
        reply(gives({ C: undefined })),
        request(),
        close(),
      ],
      [request(), reply(gives({ C: undefined })), request(), reply(OK)],
    ],
    async run({ connect, seen }) {
      const service = (await connect()).service(S);
      const error = await fails("partial_failure", () => service.delete(["A", "B", "C"]));
      assertEquals([error.applied, error.failed, error.unknown], [["A", "B"], [], ["C"]]);
      assertEquals(
        (await seen()).requests.map(({ action }) => action).join(" "),
        "search delete search delete search",
      );
    },
  },
  {
    name: "write while the daemon closes",
    fault:
      "The connection ends right after a reply, and a write is made at once; repeated many times",
    outcome: "Each write is made exactly once, or fails and says whether it was sent",
    posixOnly: NO_HALF_CLOSE,
    server: [async (peer) => {
      await peer.request();
      await peer.send(OK);
      await peer.halfClose();
    }],
    async run({ connect, seen }) {
      const service = (await connect()).service(S);
      let unsure = 0;
      for (let index = 0; index < 40; index++) {
        try {
          await service.write({ [`A${index}`]: VALUE });
        } catch (error) {
          const { sent } = error as { sent: boolean };
          assert(sent, "A write that was not sent is made on a new connection");
          unsure++;
        }
      }
      const writes = (await seen()).requests.map(({ targets }) => String(targets));
      assertEquals(new Set(writes).size, writes.length, "No write arrived twice");
      assert(writes.length >= 40 - unsure, `${writes.length} arrived, ${unsure} were unsure`);
    },
  },
  {
    name: "pipelined reads that are lost",
    fault: "Ten requests are under way and the connection closes after three replies",
    outcome: "Three replies count, seven requests are retried: ten right values",
    only: "async",
    server: [
      async (peer) => {
        for (let index = 0; index < 10; index++) await peer.request();
        await peer.send([0, 1, 2].map((index) => gives({ [`T${index}`]: VALUE })).join(""));
        await peer.end();
      },
      answersAll,
    ],
    async run({ connect, seen }) {
      const client = await connect();
      const replies = await Promise.all(
        Array.from(
          { length: 10 },
          (_, index) => client.request({ action: "read", service: S, targets: [`T${index}`] }),
        ),
      );
      assertEquals(
        replies.map(({ results }) => results?.[0]),
        Array.from({ length: 10 }, (_, index) => ({ target: `T${index}`, value: VALUE })),
      );
      const { connections, requests } = await seen();
      assertEquals([connections, requests.length], [2, 17]);
    },
  },
];
