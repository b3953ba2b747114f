/** Faults of what is asked: limits, damaged input, batches that fail half way, deletes. */
import { assert, assertEquals, assertLess } from "@std/assert";
import { InvalidRequestError, type Request } from "../../mod.ts";
import type { ScriptedPeer } from "../support/scripted_peer.ts";
import { reply, request } from "../support/scripted_peer.ts";
import {
  ANP,
  answersAll,
  fails,
  type Fault,
  gives,
  INT,
  line,
  OK,
  S,
  SNA,
  VALUE,
} from "./fault.ts";

const noSearch = { allowed_read_services: [S], allowed_write_services: [S], can_search: false };
const writeOnly = { allowed_read_services: [], allowed_write_services: [S], can_search: false };

/** Refused before anything is sent, with the name of the argument. */
function refused(
  name: string,
  fault: string,
  asked: Record<string, unknown>,
  argument: string,
): Fault {
  return {
    name,
    fault,
    outcome: `\`InvalidRequestError\` for \`${argument}\`; nothing is sent`,
    server: [answersAll],
    async run({ connect, seen }) {
      const client = await connect();
      const call = () => client.request(asked as unknown as Request);
      assertEquals((await fails("invalid_request", call, "Nothing was sent")).argument, argument);
      assertEquals((await seen()).requests, []);
    },
  };
}

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
    name: "line of 65,535 bytes",
    fault:
      "A write whose line has exactly as many bytes as the daemon reads, and one with one more",
    outcome: "The first is written; the second is `RequestTooLargeError` before anything is sent",
    server: { secrets: {} },
    async run({ connect, seen }) {
      const service = (await connect()).service(S);
      const frame =
        `{"type":"REQUEST","action":"write","service":"${S}","targets":["A"],"values":[""]}`.length;
      await service.write({ A: "x".repeat(65_535 - frame) });
      const error = await fails(
        "request_too_large",
        () => service.write({ A: "x".repeat(65_536 - frame), B: VALUE }),
        "65536 bytes",
      );
      assertEquals([error.size, error.limit, error.target], [65_536, 65_535, "A"]);
      const { requests, secrets } = await seen();
      assertEquals([requests.length, secrets?.A?.length], [1, 65_535 - frame]);
    },
  },
  {
    name: "line that grows by its escapes",
    fault: "A value that fits by its characters, but not with its JSON escapes or as UTF-8",
    outcome: "`RequestTooLargeError` with the encoded size",
    server: [answersAll],
    async run({ connect, seen }) {
      const service = (await connect()).service(S);
      for (
        const text of [
          "\n".repeat(33_000),
          "\u0001".repeat(11_000),
          "€".repeat(22_000),
          "😀".repeat(16_500),
        ]
      ) {
        const error = await fails("request_too_large", () => service.write({ A: text }));
        assertLess(text.length, 65_000);
        assert(Number(error.size) > 65_535);
      }
      assertEquals((await seen()).requests, []);
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
  {
    name: "lone surrogate",
    fault:
      "A value or a name holds half of a surrogate pair, which the daemon would damage silently",
    outcome: "`InvalidRequestError` that names the argument; nothing is sent",
    server: [answersAll],
    async run({ connect, seen }) {
      const service = (await connect()).service(S);
      const lone = `${VALUE}\ud800`;
      const error = await fails(
        "invalid_request",
        () => service.write({ A: lone }),
        "lone surrogate",
      );
      assertEquals(error.argument, 'value of "A"');
      for (
        const call of [
          () => service.get("\udc00"),
          () => service.delete(["A", "\ud83d"]),
          () => service.search("\ud800x"),
        ]
      ) {
        await fails("invalid_request", call, "lone surrogate");
      }
      assertEquals((await seen()).requests, []);
    },
  },
  {
    name: "service with a colon",
    fault: "A service's name is empty or holds `:`, by which the daemon would mix it with another",
    outcome: "`InvalidRequestError`; nothing is sent",
    server: [answersAll],
    async run({ connect }) {
      const client = await connect();
      for (const name of ["", "a:b", ":", 7, undefined, "\ud800"]) {
        const error = await fails("invalid_request", () => client.service(name as string));
        assertEquals(error.argument, "service");
      }
    },
  },
  refused(
    "unknown action",
    "The action is none of the protocol",
    { action: "rename", service: S },
    "action",
  ),
  refused("write with a prefix", 'A write with `match: "prefix"`', {
    action: "write",
    service: S,
    match: "prefix",
    targets: ["A"],
    values: ["1"],
  }, "match"),
  refused("mismatched lists", "More targets than values", {
    action: "write",
    service: S,
    targets: ["A", "B"],
    values: ["1"],
  }, "values"),
  refused("target that is no string", "A target is a number", {
    action: "read",
    service: S,
    targets: ["A", 7],
  }, "targets[1]"),
  refused("values of a read", "A read with values", {
    action: "read",
    service: S,
    targets: ["A"],
    values: [VALUE],
  }, "values"),
  refused("misspelt property", "A property that the protocol does not have", {
    action: "read",
    service: S,
    target: "A",
  }, "target"),
  {
    name: "delete of everything by accident",
    fault: 'Deleting with the prefix `""`, which means every secret of the service',
    outcome: "`InvalidRequestError`, unless `{ all: true }` says that it is meant",
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
    name: "no targets",
    fault: "A read of no targets, which the daemon calls malformed",
    outcome: "`DaemonError` with `malformed_request`; the connection is kept",
    server: { secrets: { [S]: { A: VALUE } } },
    async run({ connect, seen }) {
      const service = (await connect()).service(S);
      const error = await fails("daemon_error", () => service.read([]));
      assertEquals(error.reason, "malformed_request");
      assertEquals(await service.get("A"), VALUE);
      assertEquals((await seen()).connections, 1);
    },
  },
  {
    name: "repeated targets",
    fault: "A target is named twice",
    outcome: "It is asked for once; of a repeated target the last value is written",
    server: [[request(), reply(gives({ A: VALUE, B: VALUE })), request(), reply(OK)]],
    async run({ connect, seen }) {
      const service = (await connect()).service(S);
      assertEquals([...(await service.read(["A", "B", "A", "A"])).keys()], ["A", "B"]);
      await service.write([["A", "old"], ["B", "1"], ["A", "new"]]);
      const [read, write] = (await seen()).requests;
      assertEquals(read!.targets, ["A", "B"]);
      assertEquals([write!.targets, write!.values], [["A", "B"], ["new", "1"]]);
    },
  },
  {
    name: "delete of a missing target",
    fault: "The daemon answers `internal_error` to deleting what does not exist",
    outcome: "Told as `missing`, no error",
    server: { secrets: { [S]: { A: VALUE } } },
    async run({ connect }) {
      const service = (await connect()).service(S);
      assertEquals(await service.delete("nope"), { deleted: [], missing: ["nope"] });
      assertEquals(await service.delete("A"), { deleted: ["A"], missing: [] });
    },
  },
  {
    name: "delete with a missing target in the middle",
    fault: "The daemon would delete up to the missing target, fail, and keep the rest",
    outcome: "Existing names are found by a search first; all of them are deleted",
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
    fault:
      "The same, and the policy forbids reading too: a missing target cannot be told from a failure",
    outcome: "`PartialFailureError`: what was deleted is `applied`, the other is `unknown`",
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
    name: "delete while somebody else deletes",
    fault: "A target vanishes between the search and the delete, which then fails half way",
    outcome: "The rest is deleted; the vanished one is not an error",
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
      "What was not sent goes over a new connection; the lost request is read back: it is told truly",
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
      assertEquals(failed!.includes("T1"), true, "The second request was lost and is not stored");
      assertEquals(unknown, []);
      assertEquals(applied!.includes("T0"), true);
      assertEquals((error.cause as { code: string }).code, "connection_lost");
    },
  },
  {
    name: "large write lost after it was stored",
    fault: "The same, but the lost request had been carried out, which reading back shows",
    outcome: "The write succeeds: everything is stored as it was asked",
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
    name: "one bad entry among reads of a turn",
    fault:
      "Reads of one turn travel as one request, which fails with `internal_error` for one entry",
    outcome: "They are asked again one by one: only the bad entry's caller gets the `DaemonError`",
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
    name: "missing secrets of a load",
    fault: "`load()` names two secrets that do not exist",
    outcome: "`MissingSecretsError` with both names",
    server: { secrets: { [S]: { A: VALUE } } },
    async run({ connect }) {
      const service = (await connect()).service(S);
      const call = () =>
        service.load({ a: "A", b: "B", c: { target: "C" }, d: { target: "D", optional: true } });
      assertEquals((await fails("missing_secrets", call)).targets, ["B", "C"]);
    },
  },
  {
    name: "value that its parse function refuses",
    fault: "The `parse` of a `load()` throws an error that quotes the value",
    outcome: "`InvalidSecretError` with the name; what was thrown is not kept",
    server: { secrets: { [S]: { A: VALUE } } },
    async run({ connect }) {
      const service = (await connect()).service(S);
      const parse = (text: string): number => {
        throw new InvalidRequestError("x", text);
      };
      const error = await fails(
        "invalid_secret",
        () => service.load({ a: { target: "A", parse } }),
      );
      assertEquals([error.target, error.cause], ["A", undefined]);
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
      assertEquals((error.cause as { reason: string }).reason, "target_not_allowed");
    },
  },
];
