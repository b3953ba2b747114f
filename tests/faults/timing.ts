/** Faults of time: late replies, daemons that hang or do not read. */
import { assert, assertEquals } from "@std/assert";
import { answersAll, fails, type Fault, gives, OK, S, sleep, VALUE } from "./fault.ts";
import { atAnyPace } from "../support/any_pace.ts";
import { cue, hang, pieces, reply, request } from "../support/steps.ts";

export const timingFaults: readonly Fault[] = [
  {
    name: "slow reply past the deadline",
    fault: "A reply comes after the deadline of its call",
    outcome:
      "`TimeoutError`, `sent` is `true`; the late reply is discarded, later calls get their own",
    server: [
      [request(), cue(), reply(gives({ A: "late" })), answersAll],
      answersAll,
    ],
    async run({ connect, seen, cue, mode }) {
      const service = (await connect()).service(S);
      const error = await fails("timeout", () => service.get("A", { timeout: 400 }), "400 ms");
      assertEquals([error.sent, error.timeout], [true, 400]);
      cue();
      assertEquals(await service.get("B"), VALUE);
      assertEquals((await seen()).connections, mode.sync ? 2 : 1);
    },
  },
  {
    name: "slow reply inside the deadline",
    fault: "A reply comes byte by byte, but in time",
    outcome: "The right value",
    server: [[request(), pieces(gives({ A: VALUE }), 9, 15)]],
    async run({ connect }) {
      assertEquals(await (await connect()).service(S).get("A", { timeout: 5_000 }), VALUE);
    },
  },
  {
    name: "slow bytes past the deadline",
    fault: "A reply comes byte by byte and its deadline passes between two bytes",
    outcome: "`TimeoutError` at the deadline, however many bytes came",
    server: [[request(), pieces(gives({ A: VALUE }).slice(0, -1), 1, 25)]],
    async run({ connect }) {
      const service = (await connect()).service(S);
      const began = performance.now();
      await fails("timeout", () => service.get("A", { timeout: 300 }));
      const took = performance.now() - began;
      assert(took >= 290, `It took ${took} ms`);
    },
  },
  {
    name: "timeout of the client",
    fault: "The client has the option `timeout` and the daemon never answers",
    outcome: "`TimeoutError` after that time; a call's own `timeout` overrides it",
    server: [[hang()]],
    async run({ connect }) {
      const service = (await connect({ timeout: 150 })).service(S);
      assertEquals((await fails("timeout", () => service.search())).timeout, 150);
      assertEquals((await fails("timeout", () => service.get("A", { timeout: 80 }))).timeout, 80);
    },
  },
  {
    name: "daemon full",
    fault: "64 connections are served (1 in the test); the system accepts ours, which then waits",
    outcome: "`TimeoutError` that names the limit; served as soon as another connection ends",
    server: { secrets: { [S]: { A: VALUE } }, maxConnections: 1 },
    async run({ connect, seen }) {
      const first = await connect();
      assertEquals(await first.service(S).get("A"), VALUE);
      const second = (await connect()).service(S);
      await fails("timeout", () => second.get("A", { timeout: 120 }), "64 other");
      await first.close();
      assertEquals(await second.get("A", { timeout: 5_000 }), VALUE);
      assertEquals((await seen()).secrets, { A: VALUE });
    },
  },
  {
    name: "write that is late",
    fault: "The reply to a write comes after its deadline",
    outcome: "`TimeoutError`, `sent` is `true`; the write is not retried",
    server: [[request(), cue(), reply(OK)], answersAll],
    async run({ connect, seen, done, cue }) {
      const service = (await connect()).service(S);
      const error = await fails("timeout", () => service.write({ A: VALUE }, { timeout: 400 }));
      assertEquals(error.sent, true);
      cue();
      await done(1);
      assertEquals((await seen()).requests.length, 1);
    },
  },
  {
    name: "large write that is late",
    fault: "A write of several requests, and the first reply does not come in time",
    outcome: "`PartialFailureError`; nothing is sent after the deadline, on any connection",
    server: [[hang()], answersAll],
    async run({ connect, seen, mode }) {
      const service = (await connect()).service(S);
      const entries = [0, 1, 2].map((index) => [`T${index}`, VALUE + "x".repeat(40_000)] as const);
      const error = await fails("partial_failure", () => service.write(entries, { timeout: 600 }));
      const [sent, unsent] = mode.sync ? [["T0"], ["T1", "T2"]] : [["T0", "T1", "T2"], []];
      assertEquals([error.applied, error.unknown, error.failed], [[], sent, unsent]);
      assertEquals((error.cause as { code?: string }).code, "timeout");
      await sleep(30);
      assertEquals((await seen()).connections, 1);
    },
  },
  {
    name: "daemon that does not read",
    fault: "4 MB of writes and a daemon that reads nothing",
    outcome: "`TimeoutError`; the parts that were never sent are reported as not written",
    server: [[]],
    async run({ connect }) {
      const service = (await connect()).service(S);
      const entries = Array.from(
        { length: 80 },
        (_, index) => [`T${index}`, VALUE + "x".repeat(50_000)] as const,
      );
      await atAnyPace(async (scale) => {
        const write = async () => await service.write(entries, { timeout: 1_200 * scale });
        const error = await write().catch((error) => error);
        if (error.code === "timeout" && error.sent === false) return "nothing was sent in 1,200 ms";
        await fails("partial_failure", () => Promise.reject(error));
        assertEquals(error.cause.code, "timeout");
        const { applied, failed, unknown } = error as Record<string, string[]>;
        assertEquals(applied, []);
        assertEquals(failed!.length + unknown!.length, 80);
        assert(failed!.length > 50 && failed!.includes("T79"), `${failed!.length} not written`);
      });
    },
  },
];
