/** Faults of connections: closed, reset, idle, gone. */
import { assertEquals } from "@std/assert";
import { answersAll, fails, type Fault, gives, S, VALUE } from "./fault.ts";
import { close, cue, halfClose, reply, request, reset } from "../support/steps.ts";
import type { Script } from "../support/scripted_server.ts";

const half = gives({ A: VALUE }).slice(0, 40);

const whole = gives({ A: VALUE });

/** A read that is retried once, unseen by the caller. */
function retried(name: string, fault: string, first: Script): Fault {
  return {
    name,
    fault,
    outcome: "The read is retried once on a new connection: the right value",
    server: [first, answersAll],
    async run({ connect, seen, cue }) {
      assertEquals(await (await connect({}, cue)).service(S).get("A"), VALUE);
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
    async run({ connect, seen, done, cue }) {
      const service = (await connect({}, cue)).service(S);
      assertEquals(await service.get("A"), VALUE);
      await done(3);
      assertEquals(await service.get("B"), VALUE);
      assertEquals((await seen()).connections, 2);
    },
  };
}

/** Why some faults are not tested with pipes. */
const NO_HALF_CLOSE = "a pipe has no half-close";

export const connectionFaults: readonly Fault[] = [
  retried("close before the request", "The connection is closed as soon as it was accepted", [
    close(),
  ]),
  retried("close before the reply", "The connection is closed instead of a reply", [
    request(),
    close(),
  ]),
  retried("close inside the reply", "The connection is closed inside a reply", [
    request(),
    reply(half),
    close(),
  ]),
  retried("reset before the reply", "The connection is reset instead of a reply", [
    cue(),
    reset(0),
  ]),
  retried("reset inside the reply", "The connection is reset inside a reply", [
    cue(),
    reply(half),
    reset(),
  ]),
  {
    ...retried("half-close before the reply", "The server closes its direction only", [
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
    cue(),
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
    fault: "The connection is closed right after a reply, and the next call is made at once",
    outcome: "The right value: the read is sent or retried on a new connection",
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
    outcome: "Each read is retried once: the right value each time",
    server: [
      async (peer) => {
        // Every other connection serves, so that each read meets one reset.
        const at = peer.server.connections - 1;
        if (at % 2 === 1) return await answersAll(peer);
        await cue(at + 1)(peer);
        if (at > 0) await reply(whole.slice(0, at / 2))(peer);
        await reset(4)(peer);
      },
    ],
    async run({ connect, seen, cue }) {
      // The last byte is the line feed: with it the reply is whole.
      for (let cut = 0; cut < whole.length; cut++) {
        const client = await connect({}, cue);
        assertEquals(await client.service(S).get("A"), VALUE, `cut at ${cut}`);
        await client.close();
      }
      assertEquals((await seen()).connections, 2 * whole.length);
    },
  },
  {
    name: "idle close, then a read",
    fault: "The daemon closed the connection after its idle time (30 s; 1 s in the test)",
    outcome: "The next read opens a new connection, unseen by the caller",
    server: { secrets: { [S]: { A: VALUE } }, idleTimeout: 1_000 },
    async run({ connect, seen, closed }) {
      const service = (await connect()).service(S);
      assertEquals(await service.get("A"), VALUE);
      await closed();
      assertEquals(await service.get("A"), VALUE);
      assertEquals((await seen()).connections, 2);
    },
  },
  {
    name: "idle close, then a write",
    fault: "The same, and the next call is a write",
    outcome: "The write is made once, on a new connection",
    server: { idleTimeout: 1_000 },
    async run({ connect, seen, closed }) {
      const service = (await connect()).service(S);
      await service.write({ A: "old" });
      await closed();
      await service.write({ A: VALUE });
      const { connections, requests, secrets } = await seen();
      assertEquals([connections, requests.length, secrets], [2, 2, { A: VALUE }]);
    },
  },
  {
    name: "daemon that gets SIGTERM",
    fault: "The daemon gets SIGTERM: it removes its socket, continues to serve, then closes",
    outcome: "Calls succeed while it serves, then `DaemonUnavailableError`",
    server: { secrets: { [S]: { A: VALUE } }, shutdownTimeout: 1_500 },
    async run({ connect, stop, closed }) {
      const service = (await connect()).service(S);
      assertEquals(await service.get("A"), VALUE);
      await stop();
      assertEquals(await service.get("A"), VALUE);
      await closed();
      await fails("daemon_unavailable", () => service.get("A"), "is not started");
    },
  },
  {
    name: "client closed by its owner",
    fault: "`close()` is called while a call is under way",
    outcome: "`ClientClosedError` with `sent`, at once; later calls do the same",
    only: "async",
    server: [[request()]],
    async run({ connect, done }) {
      const client = await connect();
      const late = fails("client_closed", () => client.service(S).write({ A: VALUE }));
      await done(1);
      await client.close();
      assertEquals((await late).sent, true);
      assertEquals((await fails("client_closed", () => client.service(S).get("A"))).sent, false);
    },
  },
];
