/** Faults of deletes. */
import { assertEquals, assertMatch } from "@std/assert";
import type { DeniedError } from "../../mod.ts";
import { atAnyPace } from "../support/any_pace.ts";
import { close, hang, reply, request, stopListening } from "../support/steps.ts";
import { ANP, fails, type Fault, gives, INT, line, OK, S, VALUE } from "./fault.ts";

/** Names so long that each takes a request of its own. */
const [LONG_A, LONG_B] = ["A".repeat(40_000), "B".repeat(40_000)] as const;

const noSearch = { allowed_read_services: [S], allowed_write_services: [S], can_search: false };

const writeOnly = { allowed_read_services: [], allowed_write_services: [S], can_search: false };

/** Two searches, each of which finds its name: together they are too long for one request. */
const bothFound = [LONG_A, LONG_B].flatMap((name) => [
  request(),
  reply(gives({ [name]: undefined })),
]);

export const deleteFaults: readonly Fault[] = [
  {
    name: "delete of everything by accident",
    fault: 'Deleting with the prefix `""`, which means every secret of the service',
    outcome: "`InvalidRequestError`, unless `{ all: true }` allows it",
    server: { secrets: { [S]: { A: VALUE, B: VALUE } } },
    async run({ connect, seen }) {
      const client = await connect();
      await fails("invalid_request", () => client.service(S).deletePrefix(""), "all: true");
      const raw = { action: "delete", service: S, match: "prefix", targets: [""] } as const;
      await fails("invalid_request", () => client.request(raw), "all: true");
      assertEquals(Object.keys((await seen()).secrets!).length, 2);
      await client.service(S).deletePrefix("", { all: true });
      assertEquals((await seen()).secrets, {});
    },
  },
  {
    name: "delete of a missing target",
    fault: "The daemon answers `internal_error` to deleting what does not exist",
    outcome: "Reported as `missing`, no error",
    server: { secrets: { [S]: { A: VALUE } } },
    async run({ connect }) {
      const service = (await connect()).service(S);
      assertEquals(await service.delete("nope"), { deleted: [], missing: ["nope"] });
      assertEquals(await service.delete("A"), { deleted: ["A"], missing: [] });
    },
  },
  {
    name: "delete with a missing target in the middle",
    fault: "The daemon would delete the targets before the missing one, fail, and keep the rest",
    outcome: "A search finds the existing names first; all of them are deleted",
    server: { secrets: { [S]: { d1: VALUE, d2: VALUE, d22: "kept" } } },
    async run({ connect, seen }) {
      const service = (await connect()).service(S);
      assertEquals(await service.delete(["d1", "missing", "d2"]), {
        deleted: ["d1", "d2"],
        missing: ["missing"],
      });
      assertEquals((await seen()).secrets, { d22: "kept" });
    },
  },
  {
    name: "delete without search",
    fault: "The same, and the policy forbids searching",
    outcome: "Deleted one by one: the same result",
    server: { secrets: { [S]: { d1: VALUE, d2: VALUE } }, policy: noSearch },
    async run({ connect, seen }) {
      const service = (await connect()).service(S);
      assertEquals(await service.delete(["d1", "missing", "d2"]), {
        deleted: ["d1", "d2"],
        missing: ["missing"],
      });
      assertEquals((await seen()).secrets, {});
    },
  },
  {
    name: "delete without search or read",
    fault: "The same, and the policy forbids reading too: a missing target looks like a failure",
    outcome: "`PartialFailureError`: deleted names are `applied`, the other is `unknown`",
    server: { secrets: { [S]: { d1: VALUE, d2: VALUE } }, policy: writeOnly },
    async run({ connect, seen }) {
      const service = (await connect()).service(S);
      const call = () => service.delete(["d1", "missing", "d2"]);
      const { applied, failed, unknown } = await fails("partial_failure", call);
      assertEquals([applied, failed, unknown], [["d1", "d2"], [], ["missing"]]);
      assertEquals((await seen()).secrets, {});
    },
  },
  {
    name: "delete while another program deletes",
    fault: "A target disappears between the search and the delete, which then fails half way",
    outcome: "The rest is deleted; the missing one is not an error",
    server: [[
      request(),
      reply(gives({ A: undefined, B: undefined, C: undefined })),
      request(),
      reply(INT), // B was gone: A is deleted now, C is still there
      request(),
      reply(gives({ C: undefined })),
      request(),
      reply(OK),
    ]],
    async run({ connect, seen }) {
      const service = (await connect()).service(S);
      assertEquals(await service.delete(["A", "B", "C"]), {
        deleted: ["A", "B", "C"],
        missing: [],
      });
      assertEquals(
        (await seen()).requests.map(({ action }) => action).join(" "),
        "search delete search delete",
      );
    },
  },
  {
    name: "delete that the keychain refuses",
    fault: "The keychain fails on a target that exists",
    outcome: "`PartialFailureError` with the target among `failed`; a single one: `DaemonError`",
    server: [[
      request(),
      reply(gives({ A: undefined, B: undefined })),
      request(),
      reply(INT),
      request(),
      reply(gives({ B: undefined })),
      request(),
      reply(INT),
      request(),
      reply(gives({ B: undefined })),
      request(),
      reply(INT),
      request(),
      reply(gives({ B: undefined })),
    ]],
    async run({ connect }) {
      const service = (await connect()).service(S);
      const { applied, failed, unknown } = await fails(
        "partial_failure",
        () => service.delete(["A", "B"]),
      );
      assertEquals([applied, failed, unknown], [["A"], ["B"], []]);
      assertEquals(
        (await fails("daemon_error", () => service.delete("B"))).reason,
        "internal_error",
      );
    },
  },
  {
    name: "delete that cannot be looked up",
    fault: "A delete fails half way, and the daemon ends before the remaining names can be read",
    outcome: "`PartialFailureError` with all targets `unknown`: some may be deleted",
    server: [[
      request(),
      reply(gives({ A: undefined, B: undefined, C: undefined })),
      request(),
      reply(INT),
      request(),
      stopListening(),
      close(),
    ]],
    async run({ connect }) {
      const service = (await connect()).service(S);
      const error = await fails("partial_failure", () => service.delete(["A", "B", "C"]));
      assertEquals([error.applied, error.failed, error.unknown], [[], [], ["A", "B", "C"]]);
      assertEquals((error.cause as { reason: string }).reason, "internal_error");
    },
  },
  {
    name: "delete that is late in its second step",
    fault: "Deleted one by one, one fails, and looking it up takes longer than the `timeout`",
    outcome: "`PartialFailureError`: deleted names are `applied`, the other `unknown`",
    server: [[
      request(),
      reply(ANP),
      request(),
      reply(OK),
      request(),
      reply(INT),
      request(),
      hang(),
    ]],
    async run({ connect }) {
      await atAnyPace(async (scale) => {
        let sent = 0;
        const service = (await connect({}, (requests) => sent = requests)).service(S);
        const call = async () => await service.delete(["A", "B"], { timeout: 1_200 * scale });
        const error = await call().catch((error) => error);
        if (sent < 4) return "the second step was not reached in 1,200 ms";
        const { applied, failed, unknown } = await fails(
          "partial_failure",
          () => Promise.reject(error),
        );
        assertEquals([applied, failed, unknown], [["A"], [], ["B"]]);
      });
    },
  },
  {
    name: "delete lost beside one that fails",
    fault: "Of a delete of two requests one fails and the other is lost after it was sent",
    outcome:
      "The failed one is retried; the lost one is not, and is `unknown` if it is still there",
    server: [
      [
        ...bothFound,
        request(),
        reply(INT),
        request(),
        close(),
      ],
      [
        ...bothFound,
        request(),
        reply(OK),
        request(),
        reply(OK),
      ],
    ],
    async run({ connect, seen }) {
      const service = (await connect()).service(S);
      const call = () => service.delete([LONG_A, LONG_B]);
      const { applied, failed, unknown } = await fails("partial_failure", call);
      assertEquals([applied, failed, unknown], [[LONG_A], [], [LONG_B]]);
      const deleted = (await seen()).requests.filter(({ action }) => action === "delete");
      assertEquals(deleted.map(({ targets }) => (targets as string[])[0]![0]).join(""), "ABA");
    },
  },
  {
    name: "ANP in reply to a delete by search",
    fault: "A delete of several targets where the search is denied and one delete too",
    outcome: "`PartialFailureError`: the denied one is `failed`, the cause is the `DeniedError`",
    server: [[
      request(),
      reply(ANP),
      request(),
      reply(OK),
      request(),
      reply(line({ status: "denied", reason: "target_not_allowed" })),
    ]],
    async run({ connect }) {
      const service = (await connect()).service(S);
      const error = await fails("partial_failure", () => service.delete(["A", "B"]));
      assertEquals([error.applied, error.failed, error.unknown], [["A"], ["B"], []]);
      const cause = error.cause as DeniedError;
      assertEquals([cause.name, cause.reason], ["DeniedError", "target_not_allowed"]);
      assertMatch(String(cause.sha256), /^[0-9a-f]{64}$/);
    },
  },
];
