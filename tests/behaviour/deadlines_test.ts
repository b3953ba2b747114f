/** When a call ends by its timeout, what counts against it, and what is not done behind it. */
import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertLess,
  assertStringIncludes,
} from "@std/assert";
import { SystemCallError } from "../../core.ts";
import { TimeoutError } from "../../mod.ts";
import { fails, gives, sleep } from "../faults/fault.ts";
import { test } from "../harness.ts";
import { atAnyPace } from "../support/any_pace.ts";
import { type KeychainClient, modes } from "../support/clients.ts";
import { keychain } from "../support/keychain.ts";
import { Played, testPlayed } from "../support/played.ts";
import { inTime } from "../support/raw_client.ts";
import { canSanitize, startScriptedFor, testScripted } from "../support/scripted_client.ts";
import { hang, pause, reply, request } from "../support/steps.ts";

/** Far longer than any other timeout here, and than a test may take. */
const LONG = 25_000;

/** A raw read, which is not merged with others. */
function read(client: KeychainClient, target: string, timeout: number): Promise<unknown> {
  return client.request({ action: "read", service: "S", targets: [target] }, { timeout });
}

testScripted("a call ends by its own timeout behind one that may take longer", [[hang()]], async (
  { client },
) => {
  const asynchronous = client as KeychainClient;
  const first = fails("client_closed", () => read(asynchronous, "A", LONG));
  await sleep(5);
  const second = await inTime(fails("timeout", () => read(asynchronous, "B", 400)));
  assertEquals([second.timeout, second.sent], [400, true]);
  await client.close();
  await first;
}, { only: "async" });

testScripted(
  "each of many calls ends by its own timeout, whatever their order",
  [[hang()]],
  async ({ client }) => {
    const timeouts = [90, 30, 120, 60, 30];
    const calls = timeouts.map((timeout, index) =>
      fails("timeout", () => read(client as KeychainClient, `T${index}`, timeout))
    );
    const errors = await inTime(Promise.all(calls));
    assertEquals(errors.map(({ timeout }) => timeout), timeouts);
  },
  { only: "async" },
);

const TWICE = [request(), reply(gives({ A: "1" })), request(), reply(gives({ B: "2" })), hang()];

for (const mode of modes) {
  test(
    `[${mode.name}] a timeout is kept after calls that were answered in time`,
    () =>
      atAnyPace(async (scale) => {
        await using server = await startScriptedFor(mode, [TWICE, [hang()]]);
        const client = await mode.connect({ endpoint: server.endpoint });
        const service = client.service("S");
        const get = async (name: string, timeout: number) => await service.get(name, { timeout });
        try {
          // The timer of the first one may still run, that of the second one rings in vain.
          assertEquals(await get("A", LONG), "1");
          const second = await get("B", 400 * scale).catch(({ code }) => code);
          if (second === "timeout") return "no reply in 400 ms";
          assertEquals(second, "2");
          const third = await inTime(fails("timeout", () => get("C", 40 * scale)));
          if (!third.sent) return "not sent in 40 ms";
          await sleep(450 * scale);
          await inTime(fails("timeout", () => get("D", 40 * scale)));
        } finally {
          await client.close();
        }
      }),
    { sanitize: canSanitize(mode) },
  );
}

testScripted(
  "a timeout is kept when the one before it ended while nobody waited",
  [
    [request(), pause(30), reply(gives({ A: "1" })), hang()],
    [request(), pause(30), reply(gives({ A: "1" })), hang()],
  ],
  async ({ client }) => {
    const service = client.service("S");
    // A busy machine may take all of the first one's time.
    const first = async () => await service.get("A", { timeout: 250 });
    await first().catch(() => {});
    await sleep(300);
    await inTime(fails("timeout", () => service.get("B", { timeout: 400 })));
  },
);

testScripted(
  "a connection that never answered is hinted at, and one that did is not",
  [[request(), reply(gives({ A: "1" })), hang()], [hang()]],
  async ({ client, mode, server }) => {
    const late = (c: typeof client) =>
      fails("timeout", () => c.service("S").get("B", { timeout: 1_000 }));
    assertEquals(await client.service("S").get("A"), "1");
    assert(!(await late(client)).message.includes("64 other"));
    const fresh = await mode.connect({ endpoint: server.endpoint });
    assert((await late(fresh)).message.includes("64 other"));
    await fresh.close();
  },
);

testPlayed(
  "a timeout counts from the call, also when connecting took a part of it",
  (kind) =>
    atAnyPace(async (scale) => {
      const transport = new Played(() => undefined);
      const client = await kind.connect(transport) as KeychainClient;
      transport.onConnect = () => sleep(400 * scale);
      transport.last.end();
      // Counted from the sending it would be 1,000.
      const late = fails("timeout", () => read(client, "A", 600 * scale));
      const error = await inTime(late, 900 * scale).catch((error) => error as Error);
      await client.close();
      if (!("timeout" in error)) return error.message;
      assertEquals(error.timeout, 600 * scale);
      return error.sent ? undefined : "no connection in 600 ms";
    }),
  { only: "async" },
);

testPlayed("a timeout covers all steps of a call together", (kind) =>
  atAnyPace(async (scale) => {
    const answer = keychain({ A: "1", B: "2" });
    const transport = new Played((asked, connection) => {
      const say = () => connection.say(answer(asked) + "\n");
      if (asked.action === "search") setTimeout(say, 400 * scale);
      return undefined;
    });
    const client = await kind.connect(transport) as KeychainClient;
    const remove = () => client.service("S").delete(["A", "B"], { timeout: 600 * scale });
    const late = fails("timeout", remove);
    const error = await inTime(late, 900 * scale).catch((error) => error as Error);
    await client.close();
    if (!("sent" in error)) return error.message;
    const steps = transport.asked.map(({ action }) => action);
    if (steps.length < 2) return "the first step was not done in 600 ms";
    assertEquals([error.sent, steps], [true, ["search", "delete"]]);
  }), { only: "async" });

testPlayed("a timeout covers the second try of a read, too", (kind) =>
  atAnyPace(async (scale) => {
    const transport = new Played(() => undefined);
    const client = await kind.connect(transport) as KeychainClient;
    const { last } = transport;
    setTimeout(() => last.end(), 400 * scale);
    const late = fails("timeout", () => read(client, "A", 600 * scale));
    const error = await inTime(late, 900 * scale).catch((error) => error as Error);
    await client.close();
    if (!("sent" in error)) return error.message;
    if (transport.asked.length < 2) return "the first try was not over in 600 ms";
    assertEquals([error.sent, transport.asked.length], [true, 2]);
  }), { only: "async" });

testPlayed("the transport is told how long connecting may take", async (kind) => {
  const transport = new Played();
  const told: number[] = [];
  transport.onConnect = (deadline) => void told.push(deadline.remaining());
  const client = await kind.connect(transport, { connectTimeout: 5_000 });
  transport.last.end();
  await client.service("S").get("A", { timeout: 2_000 });
  transport.last.end();
  await client.service("S").get("A", { timeout: LONG });
  // A blocked thread cannot leave its transport alone when its own time is over.
  const most = kind.sync ? [5_000, 2_000, 5_000] : [5_000, 5_000, 5_000];
  assertEquals(told.length, 3);
  told.forEach((ms, index) => assert(ms > 0 && ms <= most[index]!, `${ms} ms`));
  if (!kind.sync) assert(told[1]! > 2_000, "The others who wait may have more time");
  await client.close();
});

const large = [0, 1, 2].map((index) => [`T${index}`, "x".repeat(40_000)] as const);

testPlayed(
  "a synchronous write sends nothing behind its deadline",
  (kind) =>
    atAnyPace(async (scale) => {
      const answer = keychain();
      const transport = new Played((asked) => {
        block(250 * scale);
        return answer(asked);
      });
      const client = await kind.connect(transport);
      const write = async () => await client.service("S").write(large, { timeout: 200 * scale });
      const error = await write().catch((error) => error);
      await client.close();
      if (error.code === "timeout" && transport.asked.length === 0) return "not sent in 200 ms";
      await fails("partial_failure", () => Promise.reject(error));
      assertEquals([error.applied, error.failed, error.unknown], [["T0"], ["T1", "T2"], []]);
      assertInstanceOf(error.cause, TimeoutError);
      assertEquals([transport.asked.length, transport.connections.length], [1, 1]);
    }),
  { only: "sync" },
);

testPlayed("a synchronous call opens no connection behind its deadline", async (kind) => {
  const transport = new Played();
  const client = await kind.connect(transport);
  transport.last.onWrite = () => {
    block(60);
    transport.last.end();
    throw new SystemCallError("send", "EPIPE", 0);
  };
  const error = await fails("timeout", () => client.service("S").get("A", { timeout: 50 }));
  assertEquals([error.timeout, transport.connections.length], [50, 1]);
  await client.close();
}, { only: "sync" });

testPlayed("what a synchronous call could not hand over in its time counts as not sent", async (
  kind,
) => {
  for (const [missing, sent] of [[2, false], [1, true]] as const) {
    const transport = new Played();
    const client = await kind.connect(transport);
    transport.last.onWrite = ({ length }) => length - missing;
    const began = performance.now();
    const error = await fails("timeout", () => client.service("S").write({ A: "1" }));
    assertEquals(error.sent, sent);
    // It is known to be late as soon as the write is back: nobody waits for a reply, 15 s long.
    assertLess(performance.now() - began, 10_000);
    await client.close();
  }
}, { only: "sync" });

testPlayed("behind a synchronous timeout the next call takes another connection", async (kind) => {
  const answer = keychain({ A: "1", B: "2" });
  const transport = new Played((asked) => asked.targets![0] === "A" ? undefined : answer(asked));
  const client = await kind.connect(transport);
  const service = client.service("S");
  await fails("timeout", () => service.get("A", { timeout: 30 }));
  assertEquals(transport.last.closes, 1);
  transport.last.say(answer({ action: "read", service: "S", targets: ["A"] }) + "\n");
  assertEquals(await service.get("B"), "2");
  assertEquals(transport.connections.length, 2);
  await client.close();
}, { only: "sync" });

/** Blocks the thread, as a slow far end does with a synchronous call. */
function block(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end;);
}

test("a TimeoutError also names times below a millisecond", () => {
  assertStringIncludes(new TimeoutError("reply", 0.4, false).message, "No reply within 0.4 ms.");
});
