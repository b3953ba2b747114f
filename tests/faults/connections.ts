/** Faults of connections: closed, reset, lost, idle, gone. */
import { assert, assertEquals } from "@std/assert";
import { answersAll, fails, type Fault, gives, OK, S, sleep, VALUE } from "./fault.ts";
import {
  close,
  halfClose,
  pause,
  reply,
  request,
  reset,
  stopListening,
} from "../support/scripted_peer.ts";
import type { Script } from "../support/scripted_server.ts";

const half = gives({ A: VALUE }).slice(0, 40);
const whole = gives({ A: VALUE });

/** A read that is repeated once, invisibly. */
function repeated(name: string, fault: string, first: Script): Fault {
  return {
    name,
    fault,
    outcome: "The read is repeated once on a new connection: the right value",
    server: [first, answersAll],
    async run({ connect, seen }) {
      assertEquals(await (await connect()).service(S).get("A"), VALUE);
      assertEquals((await seen()).connections, 2);
    },
  };
}

/** A connection that ends when its reply is out: the next call opens another. */
function reopened(name: string, fault: string, first: Script): Fault {
  return {
    name,
    fault,
    outcome: "The value; the next call opens a new connection, unseen by the caller",
    server: [first, answersAll],
    async run({ connect, seen }) {
      const service = (await connect()).service(S);
      assertEquals(await service.get("A"), VALUE);
      await sleep(60);
      assertEquals(await service.get("B"), VALUE);
      assertEquals((await seen()).connections, 2);
    },
  };
}

/** Why some faults are not tested with pipes. */
const NO_HALF_CLOSE = "a pipe has no half-close";

let byte = 0;

export const connectionFaults: readonly Fault[] = [
  repeated("close before the request", "The connection is closed as soon as it was taken", [
    close(),
  ]),
  repeated("close before the reply", "The connection is closed instead of a reply", [
    request(),
    close(),
  ]),
  repeated("close inside the reply", "The connection is closed inside a reply", [
    request(),
    reply(half),
    close(),
  ]),
  repeated("reset before the reply", "The connection is reset instead of a reply", [
    pause(40),
    reset(),
  ]),
  repeated("reset inside the reply", "The connection is reset inside a reply", [
    pause(40),
    reply(half),
    reset(),
  ]),
  {
    ...repeated("half-close before the reply", "The server closes its direction only", [
      request(),
      halfClose(),
    ]),
    posixOnly: NO_HALF_CLOSE,
  },
  reopened("close after the reply", "The connection is closed after a reply", [
    request(),
    reply(whole),
    close(),
  ]),
  reopened("reset after the reply", "The connection is reset after a reply", [
    pause(40),
    reply(whole),
    reset(20),
  ]),
  {
    ...reopened("half-close after the reply", "The server closes its direction after a reply", [
      request(),
      reply(whole),
      halfClose(),
    ]),
    posixOnly: NO_HALF_CLOSE,
  },
  {
    name: "close after the reply, next call at once",
    fault: "The connection is closed right behind a reply, and the next call is made at once",
    outcome: "The right value: the read is made or repeated on a new connection",
    server: [[request(), reply(whole), halfClose()], answersAll],
    posixOnly: NO_HALF_CLOSE,
    async run({ connect }) {
      const service = (await connect()).service(S);
      assertEquals(await service.get("A"), VALUE);
      assertEquals(await service.get("B"), VALUE);
    },
  },
  {
    name: "reset at each byte of a reply",
    fault: "The connection is reset after each number of bytes of a reply, one after the other",
    outcome: "Each read is repeated once: the right value each time",
    server: [
      async (peer) => {
        // Every other connection serves, so that each read meets one reset.
        const at = byte++;
        if (at % 2 === 1) return await answersAll(peer);
        await pause(4)(peer);
        if (at > 0) await reply(whole.slice(0, at / 2))(peer);
        await reset(4)(peer);
      },
    ],
    async run({ connect }) {
      // The last byte is the line feed: with it the reply is whole.
      for (let cut = 0; cut < whole.length; cut++) {
        const client = await connect();
        assertEquals(await client.service(S).get("A"), VALUE, `cut at ${cut}`);
        await client.close();
      }
    },
  },
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
    outcome: "The search is repeated once: the right names",
    server: [[request(), close()], answersAll],
    async run({ connect, seen }) {
      assertEquals(await (await connect()).service(S).search("A"), ["A"]);
      assertEquals((await seen()).requests.length, 2);
    },
  },
  {
    name: "daemon gone at the repetition",
    fault: "The connection is lost and nobody listens any more",
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
    outcome: "`ConnectionLostError`, `sent` is `true`; the write is not repeated",
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
    fault: "The connection is reset while a write lies unread at the daemon's side",
    outcome: "`ConnectionLostError`, `sent` is `true`: it may have been read; not repeated",
    server: [[pause(60), reset()], answersAll],
    async run({ connect, seen }) {
      const service = (await connect()).service(S);
      const error = await fails("connection_lost", () => service.write({ A: VALUE }));
      assertEquals(error.sent, true);
      assertEquals((await seen()).connections, 1);
    },
  },
  {
    name: "delete lost in flight",
    fault: "The connection is closed after a delete was received, before its reply",
    outcome: "`ConnectionLostError`, `sent` is `true`; the delete is not repeated",
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
    outcome: "`ConnectionLostError`, `sent` is `true`; it is not repeated",
    server: [[request(), close()], answersAll],
    async run({ connect, seen }) {
      const service = (await connect()).service(S);
      assertEquals((await fails("connection_lost", () => service.deletePrefix("p:"))).sent, true);
      assertEquals((await seen()).requests.length, 1);
    },
  },
  {
    name: "idle close, then a read",
    fault: "The daemon closed the connection after its idle time (30 s; 120 ms in the test)",
    outcome: "The next read opens a new connection, unseen by the caller",
    server: { secrets: { [S]: { A: VALUE } }, idleTimeout: 120 },
    async run({ connect, seen }) {
      const service = (await connect()).service(S);
      assertEquals(await service.get("A"), VALUE);
      await sleep(250);
      assertEquals((await seen()).open, 0);
      assertEquals(await service.get("A"), VALUE);
      assertEquals((await seen()).connections, 2);
    },
  },
  {
    name: "idle close, then a write",
    fault: "The same, and the next call is a write",
    outcome: "The write is made once, on a new connection",
    server: { idleTimeout: 120 },
    async run({ connect, seen }) {
      const service = (await connect()).service(S);
      await service.write({ A: "old" });
      await sleep(250);
      await service.write({ A: VALUE });
      const { connections, requests, secrets } = await seen();
      assertEquals([connections, requests.length, secrets], [2, 2, { A: VALUE }]);
    },
  },
  {
    name: "write while the daemon closes",
    fault: "The connection ends right behind a reply, and a write is made at once, again and again",
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
    name: "pipelined reads lost on the way",
    fault: "Ten requests are under way and the connection closes after three replies",
    outcome: "Three replies count, seven requests are repeated: ten right values",
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
  {
    name: "daemon stops politely",
    fault: "The daemon is told to stop (SIGTERM): it removes its socket, serves on, then closes",
    outcome: "Calls succeed while it serves, then `DaemonUnavailableError`",
    server: { secrets: { [S]: { A: VALUE } }, shutdownTimeout: 300 },
    async run({ connect, stop }) {
      const service = (await connect()).service(S);
      assertEquals(await service.get("A"), VALUE);
      await stop();
      assertEquals(await service.get("A"), VALUE);
      await sleep(500);
      await fails("daemon_unavailable", () => service.get("A"), "no such socket");
    },
  },
  {
    name: "client closed by its owner",
    fault: "`close()` is called while a call is under way",
    outcome: "`ClientClosedError` with `sent`, at once; so do later calls",
    only: "async",
    server: [[request()]],
    async run({ connect }) {
      const client = await connect();
      const late = fails("client_closed", () => client.service(S).write({ A: VALUE }));
      await sleep(40);
      await client.close();
      assertEquals((await late).sent, true);
      assertEquals((await fails("client_closed", () => client.service(S).get("A"))).sent, false);
    },
  },
];
