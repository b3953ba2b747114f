/** Faults of replies: how they are cut, and what is in them that is right all the same. */
import { assert, assertEquals } from "@std/assert";
import { ANP, fails, type Fault, gives, line, S, VALUE } from "./fault.ts";
import { pieces, reply, request } from "../support/steps.ts";

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
    fault: "The reply and its results have fields that this client does not know",
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
    outcome: "The same as if left out: nothing was found",
    server: [[request(), reply(line({ results: null }))]],
    async run({ connect }) {
      assertEquals(await (await connect()).service(S).get("A"), undefined);
    },
  },
  {
    name: "reply without value",
    fault: "The daemon leaves out the `value` of an empty secret",
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
    outcome: "Accepted, because it is white space in JSON",
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
  {
    name: "unknown reason of a denial",
    fault: "A denial has a reason that this version does not know",
    outcome: "`DeniedError` with the unchanged reason",
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
    outcome: "`DaemonError` with the unchanged reason",
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
    fault: "The daemon answers `check` only to its own executable",
    outcome: "`DeniedError` that says so",
    server: [[request(), reply(ANP)]],
    async run({ connect }) {
      const client = await connect();
      const request = { action: "check", service: S, targets: ["A"] } as const;
      await fails("denied", () => client.request(request), "only to its own executable");
      assert(client.transport.length > 0);
    },
  },
];
