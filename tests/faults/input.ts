/** Faults of what is asked: limits and damaged input. */
import { assert, assertEquals, assertLess } from "@std/assert";
import { InvalidRequestError, type RawRequest } from "../../mod.ts";
import { reply, request } from "../support/steps.ts";
import { answersAll, fails, type Fault, gives, OK, S, VALUE } from "./fault.ts";

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
      const call = () => client.request(asked as unknown as RawRequest);
      assertEquals((await fails("invalid_request", call, "Nothing was sent")).argument, argument);
      assertEquals((await seen()).requests, []);
    },
  };
}

export const inputFaults: readonly Fault[] = [
  {
    name: "line of 65,535 bytes",
    fault:
      "A write whose line has exactly as many bytes as the daemon accepts, and one with one more",
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
    fault: "A value that fits as characters, but not with its JSON escapes or as UTF-8",
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
    name: "lone surrogate",
    fault: "A value or a name contains a lone surrogate, which the daemon would silently replace",
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
    fault:
      "A service's name is empty or contains `:`, so that the daemon would confuse it with another",
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
    "The action is not one of the protocol",
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
  refused("target that is not a string", "A target is a number", {
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
    outcome: "It is sent once; of a target that is written twice the last value counts",
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
    name: "value that its parse function rejects",
    fault: "The `parse` of a `load()` throws an error that quotes the value",
    outcome: "`InvalidSecretError` with the name; the thrown error is not kept",
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
];
