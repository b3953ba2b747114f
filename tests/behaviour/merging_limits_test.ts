/** Reads of one turn whose callers have limits of their own: a timeout, a signal. */
import { assertEquals } from "@std/assert";
import { fails } from "../faults/fault.ts";
import type { KeychainClient } from "../support/clients.ts";
import { type Asked, keychain } from "../support/keychain.ts";
import { type Answer, type Kind, Played, testPlayed } from "../support/played.ts";
import { inTime, sleep } from "../support/raw_client.ts";
import { INT } from "../support/replies.ts";

const SECRETS = { A: "a", B: "b", C: "", D: "d" };

/** Registers a test with a client whose far end holds {@linkcode SECRETS}, or answers as said. */
function testReads(
  name: string,
  body: (client: KeychainClient, transport: Played) => Promise<void>,
  answer: Answer = keychain(SECRETS),
): void {
  testPlayed(name, async (kind: Kind) => {
    const transport = new Played(answer);
    const client = await kind.connect(transport) as KeychainClient;
    await body(client, transport);
    await client.close();
  }, { only: "async" });
}

/** What was asked, such as `read A B`. */
function asked({ asked }: Played): string[] {
  return asked.map(({ action, targets = [] }) => [action, ...targets].join(" "));
}

/** Fails whenever `bad` is asked for. */
const failsOnBad: Answer = (asked) =>
  asked.targets!.includes("bad") ? INT : keychain(SECRETS)(asked);

/** Says nothing until it is told to. */
function quietEnd(): { answer: Answer; speak(transport: Played): void } {
  const answer = keychain(SECRETS);
  let silent = true;
  return {
    answer: (asked: Asked) => silent ? undefined : answer(asked),
    speak({ last }) {
      silent = false;
      for (const asked of last.asked) last.say(answer(asked) + "\n");
    },
  };
}

for (const how of ["aborted", "late"] as const) {
  const end = quietEnd();
  testReads(`of reads of one turn, one that is ${how} takes no other with it`, async (
    client,
    transport,
  ) => {
    const service = client.service("S");
    const controller = new AbortController();
    const options = how === "late" ? { timeout: 40 } : { signal: controller.signal };
    const leaving = service.get("A", options).then(() => "value", (e) => e.code ?? e);
    const others = [service.get("B"), service.get("A"), service.get("D", { timeout: 20_000 })];
    await sleep(1);
    if (how === "aborted") controller.abort("enough");
    assertEquals(await inTime(leaving), how === "late" ? "timeout" : "enough");
    end.speak(transport);
    assertEquals(await Promise.all(others), ["b", "a", "d"]);
    assertEquals(transport.connections.length, 1);
  }, end.answer);

  testReads(`reads of one turn that are all ${how} before it ends are never sent`, async (
    client,
    transport,
  ) => {
    const service = client.service("S");
    const { last } = transport;
    const gate = Promise.withResolvers<void>();
    if (how === "late") {
      transport.onConnect = () => gate.promise;
      last.end();
    }
    const controller = new AbortController();
    const options = how === "late" ? { timeout: 20 } : { signal: controller.signal };
    const reads = ["A", "B", "C"].map((name) => service.get(name, options));
    const ended = Promise.allSettled(reads);
    controller.abort("enough");
    for (const end of await inTime(ended)) {
      const reason = end.status === "rejected" && end.reason;
      if (how === "late") assertEquals([reason.code, reason.sent], ["timeout", false]);
      else assertEquals(reason, "enough");
    }
    gate.resolve();
    assertEquals(await service.get("D"), "d");
    assertEquals(asked(transport), ["read D"]);
  });
}

for (const how of ["aborted", "late"] as const) {
  testReads(`a read that is ${how} is not asked again with those of its turn`, async (
    client,
    transport,
  ) => {
    const { last } = transport;
    const service = client.service("S");
    const controller = new AbortController();
    const options = how === "late" ? { timeout: 30 } : { signal: controller.signal };
    const left = service.get("A", options).then(() => "value", (e) => e.code ?? e);
    const bad = fails("daemon_error", () => service.get("bad"));
    const good = service.get("B");
    await sleep(1);
    if (how === "aborted") controller.abort("enough");
    assertEquals(await inTime(left), how === "late" ? "timeout" : "enough");
    const answer = (from: number): void => {
      for (const asked of last.asked.slice(from)) last.say(failsOnBad(asked, last) + "\n");
    };
    const before = last.asked.length;
    answer(0);
    await sleep(1);
    assertEquals(last.asked.slice(before).filter(({ targets }) => targets!.includes("A")), []);
    answer(before);
    await bad;
    assertEquals(await good, "b");
  }, () => undefined);
}

testReads("each read of a turn ends by its own timeout", async (client) => {
  const service = client.service("S");
  const last = fails("client_closed", () => service.get("D", { timeout: 25_000 }));
  const timeouts = [120, 40, 80];
  const calls = timeouts.map((timeout, index) =>
    fails("timeout", () => service.get("ABC"[index]!, { timeout }))
  );
  const errors = await inTime(Promise.all(calls));
  assertEquals(errors.map(({ timeout }) => timeout), timeouts);
  await client.close();
  await last;
}, () => undefined);

testReads("a read waits for as long as it may, also with one that may not in its turn", async (
  client,
  transport,
) => {
  const service = client.service("S");
  const early = fails("timeout", () => service.get("A", { timeout: 30 }));
  const patient = service.get("B", { timeout: 20_000 });
  await early;
  await sleep(1_400);
  for (const asked of transport.last.asked) {
    transport.last.say(keychain(SECRETS)(asked) + "\n");
  }
  assertEquals(await patient, "b");
}, () => undefined);

testPlayed("merged reads end by the timeout of their client", async (kind) => {
  const client = await kind.connect(new Played(() => undefined), { timeout: 400 });
  const calls = ["A", "B"].map((name) => fails("timeout", () => client.service("S").get(name)));
  for (const { timeout, sent } of await inTime(Promise.all(calls))) {
    assertEquals([timeout, sent], [400, true]);
  }
  await client.close();
}, { only: "async" });
