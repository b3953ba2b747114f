/** Reads of one turn whose callers have limits of their own: a timeout, a signal. */
import { assert, assertEquals } from "@std/assert";
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

testReads(
  "reads whose callers left are not asked again one by one",
  async (client, transport) => {
    const service = client.service("S");
    const controller = new AbortController();
    const left = service.get("A", { signal: controller.signal }).catch((reason) => reason);
    const bad = fails("daemon_error", () => service.get("bad"));
    const good = service.get("B");
    await sleep(1);
    controller.abort("enough");
    assertEquals(await left, "enough");
    const before = transport.asked.length;
    for (const { targets } of transport.last.asked) {
      transport.last.say(
        failsOnBad({ action: "read", service: "S", targets }, transport.last) + "\n",
      );
    }
    await sleep(1);
    for (const { targets } of transport.last.asked.slice(before)) {
      assert(!targets!.includes("A"), "A was asked for again");
      transport.last.say(
        failsOnBad({ action: "read", service: "S", targets }, transport.last) + "\n",
      );
    }
    await bad;
    assertEquals(await good, "b");
  },
  () => undefined,
);

testPlayed("merged reads end by the timeout of their client", async (kind) => {
  const client = await kind.connect(new Played(() => undefined), { timeout: 40 });
  const calls = ["A", "B"].map((name) => fails("timeout", () => client.service("S").get(name)));
  for (const { timeout, sent } of await inTime(Promise.all(calls))) {
    assertEquals([timeout, sent], [40, true]);
  }
  await client.close();
}, { only: "async" });
