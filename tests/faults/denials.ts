/** Faults of policy and identity. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { ErrorCode } from "../../mod.ts";
import { runFixture } from "../harness.ts";
import { until } from "../support/raw_client.ts";
import { ANP, fails, type Fault, type Given, gives, INT, S, SNA, UNREG, VALUE } from "./fault.ts";
import type { Step } from "../support/scripted_server.ts";
import { close, cue, hang, reply, request, reset } from "../support/steps.ts";

const readOnly = { allowed_read_services: [S], allowed_write_services: [], can_search: false };

/** Step: waits until the request of its connection was sent, which gives a cue. */
const sent: Step = (peer) => cue(peer.server.connections)(peer);

/**
 * UNREG, however it comes, for a read and for a write.
 *
 * Each request gives a cue when it was sent, also one that is sent again on a new connection: a pipe
 * may lose what came before its close.
 *
 * @param ready Called before each call, with how many were made.
 */
function unregistered(
  name: string,
  fault: string,
  server: Fault["server"],
  ready?: (given: Given, before: number) => Promise<void>,
): Fault {
  return {
    name,
    fault,
    outcome: "`DeniedError` with the executable, its SHA-256, the command to type and a warning",
    server,
    async run(given) {
      for (const [before, action] of (["read", "write"] as const).entries()) {
        const service = (await given.connect({}, given.cue)).service(S);
        await ready?.(given, before);
        const call = () => action === "read" ? service.get("A") : service.write({ A: VALUE });
        const error = await fails("denied", call, "does not know this executable");
        assertEquals(
          [error.reason, error.service, error.action],
          ["unregistered_binary_pending_approval", S, action],
        );
        assertMatch(String(error.sha256), /^[0-9a-f]{64}$/);
        assertEquals(error.remedy, `keychain-auth authorize ${error.executable} ${S}`);
        assertStringIncludes(String(error.warning), "every script");
      }
    },
  };
}

/** One line for ten requests that are under way: each gets it, and none is sent again. */
function toldOnce(
  line: string,
  code: ErrorCode,
  says: string,
): Omit<Fault, "name" | "fault" | "outcome"> {
  return {
    only: "async",
    // Unread, so no event at this side tells that they are there.
    server: [[cue(), reply(line), close()]],
    async run({ connect, seen, cue }) {
      const client = await connect({}, (sent) => sent === 10 && cue());
      await Promise.all(Array.from({ length: 10 }, (_, index) => {
        const request = { action: "read", service: S, targets: [`T${index}`] } as const;
        return fails(code, () => client.request(request), says);
      }));
      assertEquals((await seen()).connections, 1);
    },
  };
}

export const denialFaults: readonly Fault[] = [
  unregistered("UNREG before the request", "An unregistered executable gets an unsolicited UNREG", [
    [
      reply(UNREG),
    ],
  ], ({ done }, before) => done(before + 1)),
  unregistered(
    "UNREG, closed before the request",
    "The same, and the connection is closed: the first write fails (EPIPE)",
    [[sent, reply(UNREG), close()]],
    async ({ cue, closed }) => {
      cue();
      await closed();
    },
  ),
  unregistered(
    "UNREG after the request",
    "The request was sent already; UNREG and the close arrive after it",
    [[sent, reply(UNREG), close()]],
  ),
  unregistered(
    "UNREG, then a reset",
    "The close arrives as a reset, because the request was not read",
    [
      [sent, reply(UNREG), reset()],
    ],
  ),
  unregistered("UNREG in reply", "UNREG comes in reply to the request", [[
    request(),
    reply(UNREG),
    close(),
  ]]),
  unregistered("UNREG of an embedded daemon", "The embedded daemon with `registered: false`", {
    registered: false,
  }),
  {
    name: "UNREG for many",
    fault: "UNREG comes once while ten requests are under way",
    outcome: "`DeniedError` for each of the ten",
    ...toldOnce(UNREG, "denied", "does not know"),
  },
  {
    name: "service not allowed",
    fault: "The service is not in the policy: SNA for read, write and delete",
    outcome: "`DeniedError` with `service_not_allowed` and the command to type",
    server: [[request(), reply(SNA), request(), reply(SNA)]],
    async run({ connect }) {
      const service = (await connect()).service(S);
      for (
        const call of [
          () => service.get("A"),
          () => service.write({ A: VALUE }),
          () => service.delete("A"),
        ]
      ) {
        const error = await fails("denied", call, "may not", `keychain-auth authorize `);
        assertEquals(error.reason, "service_not_allowed");
      }
    },
  },
  {
    name: "search not in the policy",
    fault: "`can_search` is off: ANP for search, prefix read and prefix delete",
    outcome: "`DeniedError` with `action_not_in_policy`; exact reads work",
    server: {
      secrets: { [S]: { A: VALUE } },
      policy: { ...readOnly, allowed_write_services: [S] },
    },
    async run({ connect }) {
      const service = (await connect()).service(S);
      for (
        const call of [
          () => service.search(),
          () => service.readPrefix("A"),
          () => service.deletePrefix("A"),
        ]
      ) {
        const error = await fails("denied", call, "search or use prefixes");
        assertEquals(error.reason, "action_not_in_policy");
      }
      assertEquals(await service.get("A"), VALUE);
    },
  },
  {
    name: "search of a service that is not allowed",
    fault: "The service is not in the policy: ANP for a search, not SNA",
    outcome: "`DeniedError` with `action_not_in_policy`, unchanged",
    server: { policy: { ...readOnly, allowed_read_services: [], can_search: true } },
    async run({ connect }) {
      const service = (await connect()).service(S);
      assertEquals((await fails("denied", () => service.search())).reason, "action_not_in_policy");
      assertEquals((await fails("denied", () => service.get("A"))).reason, "service_not_allowed");
    },
  },
  {
    name: "denied to one of many",
    fault: "Reads of one turn travel as one request, and it is denied",
    outcome: "`DeniedError` for each; nothing is retried",
    only: "async",
    server: [[request(), reply(ANP)]],
    async run({ connect, seen }) {
      const service = (await connect()).service(S);
      await Promise.all(["A", "B", "C"].map((name) => fails("denied", () => service.get(name))));
      assertEquals((await seen()).requests.length, 1);
    },
  },
  {
    name: "broken config, before the request",
    fault: "The daemon's config is broken: an unsolicited INT, then the close",
    outcome: "`DaemonError` with `internal_error`, which says that the config may be broken",
    server: [[reply(INT), close()]],
    async run({ connect, done }) {
      const service = (await connect()).service(S);
      await done(1);
      const error = await fails("daemon_error", () => service.get("A"), "configuration is invalid");
      assertEquals(error.reason, "internal_error");
    },
  },
  {
    name: "broken config, after the request",
    fault: "The same, and the request was sent already",
    outcome: "`DaemonError` for a read and for a write: nothing was carried out",
    server: [[sent, reply(INT), close()]],
    async run({ connect, cue }) {
      const reader = (await connect({}, cue)).service(S);
      await fails("daemon_error", () => reader.get("A"), "configuration is invalid");
      const writer = (await connect({}, cue)).service(S);
      const error = await fails("daemon_error", () => writer.write({ A: VALUE }));
      assertEquals([error.action, error.reason], ["write", "internal_error"]);
    },
  },
  {
    name: "broken config, many requests",
    fault: "The same while ten requests are under way",
    outcome: "`DaemonError` with `internal_error` for each of the ten, none of them sent again",
    ...toldOnce(INT, "daemon_error", "configuration is invalid"),
  },
  {
    name: "the first error of a keychain, then a lost connection",
    fault: "INT answers the first of two deletes, then the connection is lost",
    outcome: "`DaemonError` for the first, `ConnectionLostError` with `sent: true` for the other",
    only: "async",
    server: [[request(), request(), reply(INT), close()]],
    async run({ connect }) {
      const client = await connect();
      const remove = { action: "delete", service: S, targets: ["A"] } as const;
      const [first, second] = await Promise.allSettled(
        [1, 2].map(() => client.request(remove)),
      ) as [
        PromiseRejectedResult,
        PromiseRejectedResult,
      ];
      assertEquals([first.reason.code, second.reason.code], ["daemon_error", "connection_lost"]);
      assertEquals(second.reason.sent, true);
    },
  },
  {
    name: "remedy of a denial",
    fault: "SNA, and the user types the command that the error names",
    outcome: "The next call of the same client uses a new connection and succeeds",
    server: [
      [request(), reply(SNA), hang()],
      [request(), reply(gives({ A: VALUE })), request(), reply(gives({ A: VALUE })), hang()],
    ],
    async run({ connect, seen, mode }) {
      const service = (await connect(mode.sync ? {} : { keepAlive: true })).service(S);
      await fails("denied", () => service.get("A"), "may not");
      assertEquals(await service.get("A"), VALUE);
      assertEquals(await service.get("A"), VALUE);
      assertEquals((await seen()).connections, 2);
    },
  },
  {
    name: "denied beside calls under way",
    fault: "SNA while another request of the same connection awaits its reply",
    outcome:
      "`DeniedError` for the one; the other gets its reply, and then the connection is closed",
    only: "async",
    server: [
      [request(), request(), reply(SNA), cue(), reply(gives({ B: VALUE })), hang()],
      [request(), reply(gives({ C: VALUE })), hang()],
    ],
    async run({ connect, seen, cue }) {
      const client = await connect();
      const read = (name: string) =>
        client.request({ action: "read", service: S, targets: [name] });
      const other = [read("A"), read("B")] as const;
      await fails("denied", () => other[0], "may not");
      assertEquals((await read("C")).results, [{ target: "C", value: VALUE }]);
      cue();
      assertEquals((await other[1]).results, [{ target: "B", value: VALUE }]);
      assertEquals((await seen()).connections, 2);
      await until("the first is closed", async () => (await seen()).open === 1);
    },
  },
  {
    name: "executable replaced",
    fault:
      "The caller's executable was replaced while it runs: every connection is closed unanswered",
    outcome: "`ConnectionLostError` that says so and what to do: Start the program again",
    posixOnly: "Windows keeps the file of a running program",
    server: [[close()]],
    async run({ endpoint, mode }) {
      const { code, stdout, stderr } = await runFixture("replaced_executable", {
        args: [endpoint, mode.transport, String(mode.sync)],
      });
      assertEquals(code, 0, stderr);
      assertStringIncludes(stdout, '"connection_lost"');
      assertStringIncludes(stdout, "was replaced or deleted while it runs");
      assertStringIncludes(stdout, "Start the program again");
    },
  },
];
