/** Faults of unsolicited replies. */
import { assertEquals } from "@std/assert";
import { answersAll, fails, type Fault, gives, OK, S, VALUE } from "./fault.ts";
import { pieces, reply, request } from "../support/steps.ts";

export const unsolicitedFaults: readonly Fault[] = [
  {
    name: "second reply after the first",
    fault: "An unsolicited reply comes with the requested one",
    outcome: "The value; the connection is dropped and the next call works on a new one",
    server: [[request(), reply(gives({ A: VALUE }) + gives({ B: "other" }))], answersAll],
    async run({ connect, seen }) {
      const service = (await connect()).service(S);
      assertEquals(await service.get("A"), VALUE);
      assertEquals(await service.get("B"), VALUE);
      assertEquals((await seen()).connections, 2);
    },
  },
  {
    name: "unsolicited reply while idle",
    fault: "A reply comes while no request is under way",
    outcome: "The next call notices, drops the connection and works on a new one",
    server: [
      [request(), reply(gives({ A: VALUE })), pieces(gives({ B: "other" }), 999, 0)],
      answersAll,
    ],
    async run({ connect, seen, done }) {
      const service = (await connect()).service(S);
      assertEquals(await service.get("A"), VALUE);
      await done(3);
      assertEquals(await service.get("B"), VALUE);
      assertEquals((await seen()).connections, 2);
    },
  },
  {
    name: "half a reply after another",
    fault: "A reply is followed by the beginning of an unsolicited success, then a write is made",
    outcome: "The write is made on a new connection, and the earlier bytes do not answer it",
    server: [[request(), pieces(gives({ A: VALUE }) + OK.slice(0, 20), 9_999, 0)], answersAll],
    async run({ connect, seen, done }) {
      const service = (await connect()).service(S);
      assertEquals(await service.get("A"), VALUE);
      await done(2);
      await service.write({ B: VALUE });
      const { connections, requests } = await seen();
      assertEquals([connections, requests.length], [2, 2]);
    },
  },
  {
    name: "success before the first request",
    fault: "A new connection gets an unsolicited `success`, then a write is made",
    outcome: "`ProtocolError`: a write that was never sent is never reported as done",
    server: [[reply(OK), request(), reply(OK)]],
    async run({ connect, seen, done }) {
      const service = (await connect()).service(S);
      await done(1);
      await fails("protocol", () => service.write({ A: VALUE }), "unsolicited");
      assertEquals((await seen()).requests, []);
    },
  },
  {
    name: "value before the first request",
    fault: "A new connection gets an unsolicited value",
    outcome: "`ProtocolError`, the value reaches no caller",
    server: [[reply(gives({ A: VALUE })), request()]],
    async run({ connect, done }) {
      const service = (await connect()).service(S);
      await done(1);
      await fails("protocol", () => service.get("A"), "unsolicited");
    },
  },
  {
    name: "noise before the first request",
    fault: "A new connection gets an unsolicited line that is not a reply",
    outcome: "`ProtocolError` at once",
    server: [[reply(`SSH-2.0 ${VALUE}\r\n`), request()]],
    async run({ connect, done }) {
      const service = (await connect()).service(S);
      await done(1);
      // Not when its time is over.
      await fails("protocol", () => service.get("A", { timeout: 9_000 }));
    },
  },
];
