/** Faults of replies that do not follow the protocol or do not fit their request. */
import { assertEquals } from "@std/assert";
import {
  answersAll,
  CANARY,
  fails,
  type Fault,
  gives,
  line,
  OK,
  S,
  UNREG,
  VALUE,
} from "./fault.ts";
import { close, reply, request } from "../support/steps.ts";
import type { Script } from "../support/scripted_server.ts";
import { Buffer } from "node:buffer";

/** One bad reply, then a server that answers properly. */
function once(bad: string | Uint8Array): readonly Script[] {
  return [[request(), reply(bad)], answersAll];
}

/** A reply whose value has a byte in it that is no UTF-8. */
function notUtf8(before: string, after = ""): Uint8Array {
  const head = `{"type":"RESPONSE","status":"success","results":[{"target":"A","value":"${before}`;
  return Buffer.concat([Buffer.from(head), Buffer.from([0xff]), Buffer.from(`${after}"}]}\n`)]);
}

/** The call fails and its connection is dropped; the next call gets its own value on a new one. */
function refused(name: string, fault: string, bad: string | Uint8Array, word: string): Fault {
  return {
    name,
    fault,
    outcome: "`ProtocolError`, the connection is dropped; the next call works on a new one",
    server: once(bad),
    async run({ connect, seen }) {
      const service = (await connect({ maxReply: 1024 * 1024 })).service(S);
      await fails("protocol", () => service.get("A"), word);
      assertEquals(await service.get("B"), VALUE);
      assertEquals((await seen()).connections, 2);
    },
  };
}

export const unsoundFaults: readonly Fault[] = [
  refused(
    "wrong name",
    "The reply names a secret that was not requested",
    gives({ B: VALUE }),
    "outside the request",
  ),
  {
    name: "wrong name under a prefix",
    fault: "The reply to a prefix read names a secret outside the prefix",
    outcome: "`ProtocolError`, the connection is dropped; nothing of the reply reaches the caller",
    server: [
      [request(), reply(gives({ "p:A": VALUE, "q:B": VALUE }))],
      [request(), reply(gives({ "p:A": VALUE, "q:B": VALUE }))],
      answersAll,
    ],
    async run({ connect, seen }) {
      const service = (await connect()).service(S);
      await fails("protocol", () => service.readPrefix("p:"), "outside the request");
      await fails("protocol", () => service.readPrefix(["p:", "r:", "o"]), "outside the request");
      assertEquals((await service.readPrefix(["p:", "q:"])).size, 2);
      assertEquals((await seen()).connections, 3);
    },
  },
  {
    name: "replies in the wrong order",
    fault: "Two requests are answered in the wrong order",
    outcome: "`ProtocolError` for the first, the second is retried; no caller gets another's value",
    only: "async",
    server: [
      [request(), request(), reply(gives({ B: "other" }) + gives({ A: "other" }))],
      answersAll,
    ],
    async run({ connect }) {
      const client = await connect();
      const first = client.request({ action: "read", service: S, targets: ["A"] });
      const second = client.request({ action: "read", service: S, targets: ["B"] });
      const [, got] = await Promise.all([
        fails("protocol", () => first, "outside the request"),
        second,
      ]);
      assertEquals(got.results, [{ target: "B", value: VALUE }]);
    },
  },
  {
    name: "search that shows values",
    fault: "The reply to a search contains values",
    outcome: "`ProtocolError`, the connection is dropped",
    server: once(gives({ A: VALUE })),
    async run({ connect }) {
      const service = (await connect()).service(S);
      await fails("protocol", () => service.search(), "contains values");
    },
  },
  {
    name: "write that is answered with results",
    fault: "The reply to a write has results",
    outcome: "`ProtocolError`, the connection is dropped",
    server: once(gives({ A: VALUE })),
    async run({ connect }) {
      const service = (await connect()).service(S);
      await fails("protocol", () => service.write({ A: VALUE }), "did not ask for");
    },
  },
  refused(
    "unknown status",
    "`status` is not one of the protocol",
    line({ status: "maybe" }),
    "status",
  ),
  refused("another type", '`type` is not `"RESPONSE"`', line({ type: "REQUEST" }), "type"),
  refused(
    "reply that is not an object",
    "The reply is a JSON array",
    '[{"status":"success"}]\n',
    "object",
  ),
  refused(
    "results that are not pairs",
    "`results` contains numbers",
    line({ results: [1] }),
    "pairs",
  ),
  refused(
    "value that is not a string",
    "A value is a number",
    line({ results: [{ target: "A", value: 1 }] }),
    "pairs",
  ),
  refused(
    "attributes that are not strings",
    "`attributes` contains a number",
    line({ results: [{ target: "A", value: VALUE, attributes: { a: 1 } }] }),
    "pairs",
  ),
  refused(
    "two values for one name",
    "The reply gives one name twice, with different values",
    line({ results: [{ target: "A", value: VALUE }, { target: "A", value: "other" }] }),
    "two values",
  ),
  refused(
    "success with a reason",
    'The reply says `"success"` and gives a reason',
    line({ reason: "internal_error" }),
    "gives a reason",
  ),
  {
    name: "success that says UNREG",
    fault:
      "The reply to a read is a success with the reason of UNREG, and a write follows the read",
    outcome: "`ProtocolError` for the read; the write does not count as done",
    only: "async",
    server: [[request(), request(), reply(line({ reason: JSON.parse(UNREG).reason })), close()]],
    async run({ connect }) {
      const client = await connect();
      const read = client.request({ action: "read", service: S, targets: ["A"] });
      const written = client.service(S).write({ A: VALUE });
      await Promise.all([
        fails("protocol", () => read, "gives a reason"),
        fails("connection_lost", () => written),
      ]);
    },
  },
  refused("empty line", "The reply is an empty line", "\n", "JSON"),
  refused("byte order mark", "The reply begins with a byte order mark", "\uFEFF" + OK, "JSON"),
  refused(
    "text that is not JSON",
    "The reply is not JSON; it contains a value",
    `${VALUE}\n`,
    "JSON",
  ),
  refused(
    "two replies on one line",
    "Two replies come without a line feed between them",
    gives({ A: VALUE }).trimEnd() + gives({ A: VALUE }),
    "JSON",
  ),
  refused("invalid UTF-8", "A value contains a byte that is not UTF-8", notUtf8(CANARY), "UTF-8"),
  refused(
    "invalid UTF-8 in a long reply",
    "A value of 200 kB begins with a byte that is not UTF-8",
    notUtf8("", "x".repeat(200_000)),
    "UTF-8",
  ),
  refused(
    "10 MB without a line feed",
    "10 MB come without a line feed, `maxReply` is 1 MiB",
    new Uint8Array(10_000_000).fill(120),
    "longer than 1048576 bytes",
  ),
  {
    name: "line feed that never comes",
    fault: "10 MB come without a line feed, `maxReply` is 32 MiB as by default, then nothing",
    outcome: "`TimeoutError` at the deadline",
    server: once(new Uint8Array(10_000_000).fill(120)),
    async run({ connect }) {
      const service = (await connect()).service(S);
      await fails("timeout", () => service.get("A", { timeout: 700 }), "No reply within 700 ms");
    },
  },
];
