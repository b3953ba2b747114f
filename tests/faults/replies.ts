/** Faults of replies: how they are cut, what is in them, and whether anybody asked. */
import { assert, assertEquals, assertLess } from "@std/assert";
import {
  ANP,
  answersAll,
  CANARY,
  fails,
  type Fault,
  gives,
  line,
  OK,
  S,
  sleep,
  VALUE,
} from "./fault.ts";
import { pieces, reply, request } from "../support/scripted_peer.ts";
import type { Script } from "../support/scripted_server.ts";
import { Buffer } from "node:buffer";

/** One bad reply, then a server that answers properly. */
function once(bad: string | Uint8Array): readonly Script[] {
  return [[request(), reply(bad)], answersAll];
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

const big = Object.fromEntries(
  Array.from(
    { length: 40_000 },
    (_, index) => [`name-${index}`, `${VALUE}-${index}-${"x".repeat(80)}`],
  ),
);

function inPieces(size: number, what: Record<string, string>): Fault {
  const label = size === 65_536 ? "64 KiB" : size === 1 ? "1 byte" : `${size} bytes`;
  return {
    name: `reply in pieces of ${label}`,
    fault: `The reply comes in pieces of ${label}, cut inside UTF-8 characters`,
    outcome: "The right values",
    server: [[request(), pieces(gives(what), size)]],
    async run({ connect }) {
      const found = await (await connect()).service(S).readPrefix("");
      assertEquals(found.size, Object.keys(what).length);
      for (const [name, value] of Object.entries(what)) {
        assertEquals(found.get(name)?.reveal(), value);
      }
    },
  };
}

export const replyFaults: readonly Fault[] = [
  inPieces(1, { A: VALUE, B: "😀€ä" }),
  inPieces(7, { A: VALUE, B: "😀€ä".repeat(100) }),
  inPieces(65_536, big),
  {
    name: "reply with extra fields",
    fault: "The reply and its results hold fields that this client does not know",
    outcome: "Ignored; the right value",
    server: [[
      request(),
      reply(line({ id: 7, results: [{ target: "A", value: VALUE, kind: "x" }] })),
    ]],
    async run({ connect }) {
      assertEquals(await (await connect()).service(S).get("A"), VALUE);
    },
  },
  {
    name: "reply with results null",
    fault: "`results` is `null` instead of left out",
    outcome: "As if left out: nothing was found",
    server: [[request(), reply(line({ results: null }))]],
    async run({ connect }) {
      assertEquals(await (await connect()).service(S).get("A"), undefined);
    },
  },
  {
    name: "reply without value",
    fault: "The daemon leaves the `value` of an empty secret out",
    outcome: '`""`, which is not `undefined`',
    server: { secrets: { [S]: { empty: "" } } },
    async run({ connect }) {
      const service = (await connect()).service(S);
      assertEquals(await service.get("empty"), "");
      assertEquals(await service.get("missing"), undefined);
    },
  },
  {
    name: "reply with escapes",
    fault: "The daemon escapes `<`, `>`, `&`, U+2028 and U+2029; NUL, emoji and line feeds occur",
    outcome: "The value, character by character",
    server: { secrets: { [S]: { A: '<&>\u2028\u2029\0\n\r\t"\\😀\u{10FFFF}' } } },
    async run({ connect }) {
      assertEquals(
        await (await connect()).service(S).get("A"),
        '<&>\u2028\u2029\0\n\r\t"\\😀\u{10FFFF}',
      );
    },
  },
  {
    name: "reply that ends in CR LF",
    fault: "The line ends with a carriage return too",
    outcome: "Taken, for it is white space in JSON",
    server: [[request(), reply(gives({ A: VALUE }).replace("\n", "\r\n"))]],
    async run({ connect }) {
      assertEquals(await (await connect()).service(S).get("A"), VALUE);
    },
  },
  {
    name: "reply in random order",
    fault: "Prefix reads and searches come in another order on each call",
    outcome: "Sorted by name",
    server: { secrets: { [S]: Object.fromEntries([..."hgfedcba"].map((name) => [name, VALUE])) } },
    async run({ connect }) {
      const service = (await connect()).service(S);
      assertEquals([...(await service.readPrefix("")).keys()].join(""), "abcdefgh");
      assertEquals((await service.search()).join(""), "abcdefgh");
    },
  },
  refused(
    "wrong echo",
    "The reply names a secret that was not asked for",
    gives({ B: VALUE }),
    "asked",
  ),
  {
    name: "wrong echo under a prefix",
    fault: "The reply to a prefix read names a secret outside the prefix",
    outcome: "`ProtocolError`, the connection is dropped; nothing of the reply reaches the caller",
    server: once(gives({ "p:A": VALUE, "q:B": VALUE })),
    async run({ connect, seen }) {
      const service = (await connect()).service(S);
      await fails("protocol", () => service.readPrefix("p:"), "outside the prefix");
      assertEquals((await service.readPrefix(["p:", "q:"])).size, 2);
      assertEquals((await seen()).connections, 2);
    },
  },
  {
    name: "replies in the wrong order",
    fault: "Two requests are answered in the wrong order",
    outcome: "`ProtocolError` for the first, the second is repeated; nobody gets another's value",
    only: "async",
    server: [
      [request(), request(), reply(gives({ B: "other" }) + gives({ A: "other" }))],
      answersAll,
    ],
    async run({ connect }) {
      const client = await connect();
      const first = client.request({ action: "read", service: S, targets: ["A"] });
      const second = client.request({ action: "read", service: S, targets: ["B"] });
      const [, got] = await Promise.all([fails("protocol", () => first, "asked for"), second]);
      assertEquals(got.results, [{ target: "B", value: VALUE }]);
    },
  },
  {
    name: "search that shows values",
    fault: "The reply to a search holds values",
    outcome: "`ProtocolError`, the connection is dropped",
    server: once(gives({ A: VALUE })),
    async run({ connect }) {
      const service = (await connect()).service(S);
      await fails("protocol", () => service.search(), "holds values");
    },
  },
  {
    name: "write that is answered with results",
    fault: "The reply to a write holds results",
    outcome: "`ProtocolError`, the connection is dropped",
    server: once(gives({ A: VALUE })),
    async run({ connect }) {
      const service = (await connect()).service(S);
      await fails("protocol", () => service.write({ A: VALUE }), "did not ask for");
    },
  },
  refused(
    "unknown status",
    "`status` is none that the protocol knows",
    line({ status: "maybe" }),
    "status",
  ),
  refused("another type", '`type` is not `"RESPONSE"`', line({ type: "REQUEST" }), "type"),
  refused(
    "reply that is no object",
    "The reply is a JSON array",
    '[{"status":"success"}]\n',
    "object",
  ),
  refused("results that are no pairs", "`results` holds numbers", line({ results: [1] }), "pairs"),
  refused(
    "value that is no string",
    "A value is a number",
    line({ results: [{ target: "A", value: 1 }] }),
    "pairs",
  ),
  refused("empty line", "The reply is an empty line", "\n", "JSON"),
  refused("byte order mark", "The reply begins with a byte order mark", "\uFEFF" + OK, "JSON"),
  refused("text that is no JSON", "The reply is no JSON; it quotes a value", `${VALUE}\n`, "JSON"),
  refused(
    "two replies on one line",
    "Two replies come without a line feed between them",
    gives({ A: VALUE }).trimEnd() + gives({ A: VALUE }),
    "JSON",
  ),
  refused(
    "invalid UTF-8",
    "A value holds a byte that is no UTF-8",
    Buffer.concat([
      Buffer.from(
        `{"type":"RESPONSE","status":"success","results":[{"target":"A","value":"${CANARY}`,
      ),
      Buffer.from([0xff]),
      Buffer.from('"}]}\n'),
    ]),
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
    fault: "10 MB come without a line feed, `maxReply` is 64 MiB as by default, then nothing",
    outcome: "`TimeoutError` at the deadline",
    server: once(new Uint8Array(10_000_000).fill(120)),
    async run({ connect }) {
      const service = (await connect()).service(S);
      await fails("timeout", () => service.get("A", { timeout: 700 }), "No reply within 700 ms");
    },
  },
  {
    name: "second reply behind the first",
    fault: "A reply that nobody asked for comes with the one that was",
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
    name: "reply nobody asked for, while idle",
    fault: "A reply comes while no request is under way",
    outcome: "The next call notices, drops the connection and works on a new one",
    server: [
      [request(), reply(gives({ A: VALUE })), pieces(gives({ B: "other" }), 999, 0)],
      answersAll,
    ],
    async run({ connect, seen }) {
      const service = (await connect()).service(S);
      assertEquals(await service.get("A"), VALUE);
      await sleep(60);
      assertEquals(await service.get("B"), VALUE);
      assertEquals((await seen()).connections, 2);
    },
  },
  {
    name: "success before anything was asked",
    fault: "A new connection says `success` before it was asked anything, then a write is made",
    outcome: "`ProtocolError`: a write that was never sent is never reported as done",
    server: [[reply(OK), request(), reply(OK)]],
    async run({ connect, seen }) {
      const service = (await connect()).service(S);
      await sleep(60);
      await fails("protocol", () => service.write({ A: VALUE }), "nobody asked for");
      assertEquals((await seen()).requests, []);
    },
  },
  {
    name: "value before anything was asked",
    fault: "A new connection gives a value before it was asked for it",
    outcome: "`ProtocolError`, the value reaches nobody",
    server: [[reply(gives({ A: VALUE })), request()]],
    async run({ connect }) {
      const service = (await connect()).service(S);
      await sleep(60);
      await fails("protocol", () => service.get("A"), "nobody asked for");
    },
  },
  {
    name: "noise before anything was asked",
    fault: "A new connection sends something that is no reply before it was asked anything",
    outcome: "`ProtocolError` at once",
    server: [[reply(`SSH-2.0 ${VALUE}\r\n`), request()]],
    async run({ connect }) {
      const service = (await connect()).service(S);
      await sleep(60);
      const began = performance.now();
      await fails("protocol", () => service.get("A", { timeout: 3_000 }));
      assertLess(performance.now() - began, 1_500);
    },
  },
  {
    name: "unknown reason of a denial",
    fault: "A denial has a reason that this version does not know",
    outcome: "`DeniedError` with the reason as it came",
    server: [[request(), reply(line({ status: "denied", reason: "moon_phase" }))]],
    async run({ connect }) {
      const service = (await connect()).service(S);
      const error = await fails("denied", () => service.get("A"), "moon_phase");
      assertEquals(error.reason, "moon_phase");
    },
  },
  {
    name: "unknown reason of an error",
    fault: "An error has a reason that this version does not know",
    outcome: "`DaemonError` with the reason as it came",
    server: [[request(), reply(line({ status: "error", reason: "moon_phase" }))]],
    async run({ connect }) {
      const service = (await connect()).service(S);
      assertEquals((await fails("daemon_error", () => service.get("A"))).reason, "moon_phase");
    },
  },
  {
    name: "denial without a reason",
    fault: "A denial has no reason",
    outcome: '`DeniedError` with the reason `"denied"`',
    server: [[request(), reply(line({ status: "denied" }))]],
    async run({ connect }) {
      const service = (await connect()).service(S);
      assertEquals((await fails("denied", () => service.get("A"))).reason, "denied");
    },
  },
  {
    name: "check",
    fault: "`check` is answered to the daemon's own executable only",
    outcome: "`DeniedError` that says so",
    server: [[request(), reply(ANP)]],
    async run({ connect }) {
      const client = await connect();
      const request = { action: "check", service: S, targets: ["A"] } as const;
      await fails("denied", () => client.request(request), "own executable only");
      assert(client.transport.length > 0);
    },
  },
];
