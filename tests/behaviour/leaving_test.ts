/** Callers who leave before the reply: what they are told, and what becomes of the connection. */
import process from "node:process";
import { assert, assertEquals } from "@std/assert";
import { SystemCallError } from "../../core.ts";
import { fails, gives } from "../faults/fault.ts";
import type { KeychainClient } from "../support/clients.ts";
import { keychain } from "../support/keychain.ts";
import { Played, testPlayed } from "../support/played.ts";
import { inTime, sleep } from "../support/raw_client.ts";
import { reconnecting } from "../support/reconnecting.ts";

/** What a call rejects with. */
const rejection = (call: Promise<unknown>): Promise<unknown> =>
  call.then(() => "It did not reject", (reason) => reason);

const large = [0, 1, 2].map((index) => [`T${index}`, "x".repeat(40_000)] as const);

type Service = ReturnType<KeychainClient["service"]>;

/** Calls, and how many requests of each are answered before it is aborted. */
const calls: Record<string, [number, (service: Service, signal: AbortSignal) => Promise<unknown>]> =
  {
    "a read": [0, (service, signal) => service.get("A", { signal })],
    "a prefix read": [0, (service, signal) => service.readPrefix("A", { signal })],
    "a load": [0, (service, signal) => service.load({ a: "A" }, { signal })],
    "a write": [0, (service, signal) => service.write({ A: "1" }, { signal })],
    "a write, half of which is done": [1, (service, signal) => service.write(large, { signal })],
    "a delete": [0, (service, signal) => service.delete("A", { signal })],
    "a delete in its second step": [1, (service, signal) => service.delete(["A", "B"], { signal })],
    "a prefix delete": [0, (service, signal) => service.deletePrefix("A", { signal })],
  };

for (const [what, [answered, call]] of Object.entries(calls)) {
  testPlayed(`${what} that is aborted rejects with the reason alone`, async (kind) => {
    const answer = keychain({ A: "1", B: "2" });
    let asked = 0;
    const transport = new Played((request) => asked++ < answered ? answer(request) : undefined);
    const client = await kind.connect(transport) as KeychainClient;
    const controller = new AbortController();
    const reason = { why: "enough" };
    const left = rejection(call(client.service("S"), controller.signal));
    await sleep(1);
    assert(asked > answered);
    controller.abort(reason);
    assert(await inTime(left) === reason);
    await client.close();
  }, { only: "async" });
}

testPlayed(
  "a large write that is aborted without a connection rejects with the reason alone",
  async (
    kind,
  ) => {
    const reason = { why: "enough" };
    const aborted = async (client: KeychainClient): Promise<unknown> => {
      const controller = new AbortController();
      const left = rejection(client.service("S").write(large, { signal: controller.signal }));
      await sleep(1);
      controller.abort(reason);
      const end = await inTime(left);
      await client.close();
      return end;
    };
    assert(await aborted((await reconnecting(kind)).client) === reason);
    // And where only its first try has found that there is none.
    const transport = new Played();
    const client = await kind.connect(transport) as KeychainClient;
    const { last } = transport;
    transport.onConnect = () => new Promise(() => {});
    last.onWrite = () => {
      last.end();
      throw new SystemCallError("send", "EPIPE", 0);
    };
    assert(await aborted(client) === reason);
  },
  { only: "async" },
);

testPlayed("the reply to a call that was left goes to nobody else", async (kind) => {
  const transport = new Played(() => undefined);
  const client = await kind.connect(transport) as KeychainClient;
  const service = client.service("S");
  const controller = new AbortController();
  const left = rejection(service.get("A", { signal: controller.signal }));
  const late = fails("timeout", () => service.search("B", { timeout: 300 }));
  await sleep(1);
  controller.abort("enough");
  assertEquals(await left, "enough");
  await late;
  const write = service.write({ C: "3" });
  await sleep(1);
  transport.last.say(gives({ A: "late" }) + gives({ B: undefined }));
  let done = false;
  void write.then(() => done = true);
  await sleep(1);
  assertEquals(done, false);
  transport.last.say(gives({}));
  await inTime(write);
  assertEquals(transport.connections.length, 1);
  await client.close();
}, { only: "async" });

testPlayed("one signal ends all calls that bear it, and warns of no leak", async (kind) => {
  const warnings: unknown[] = [];
  const warned = (warning: unknown): void => void warnings.push(warning);
  process.on("warning", warned);
  const answer = keychain({ A: "1" });
  let silent = false;
  const transport = new Played((asked) => silent ? undefined : answer(asked));
  const client = await kind.connect(transport) as KeychainClient;
  const service = client.service("S");
  const controller = new AbortController();
  const { signal } = controller;
  const call = (index: number) =>
    index % 2 ? service.get("A", { signal }) : service.write({ A: "1" }, { signal });
  for (let index = 0; index < 20; index++) await call(index);
  silent = true;
  const calls = Array.from({ length: 20 }, (_, index) => rejection(call(index)));
  await sleep(1);
  controller.abort("enough");
  assertEquals(await inTime(Promise.all(calls)), Array(20).fill("enough"));
  await sleep(1);
  process.off("warning", warned);
  assertEquals(warnings, []);
  await client.close();
}, { only: "async" });

testPlayed("nothing is asked behind the timeout of a write of several requests", async (kind) => {
  const transport = new Played(() => undefined);
  const client = await kind.connect(transport);
  // Long enough for a busy machine to send the first request: otherwise nothing is in doubt.
  const write = () => client.service("S").write(large, { timeout: 2_000 });
  await fails("partial_failure", write);
  await sleep(20);
  assertEquals(transport.asked.filter(({ action }) => action !== "write"), []);
  assertEquals(transport.connections.length, 1);
  await client.close();
});

testPlayed("a connection keeps the process alive for as long as somebody waits", async (kind) => {
  const answer = keychain({ A: "1" });
  let silent = false;
  const transport = new Played((asked) => silent ? undefined : answer(asked));
  const client = await kind.connect(transport) as KeychainClient;
  const service = client.service("S");
  const held = (): boolean => transport.last.held;
  const seen: Record<string, boolean> = { unused: held() };
  await service.get("A");
  seen.idle = held();
  silent = true;
  const controller = new AbortController();
  const first = rejection(service.get("A", { signal: controller.signal }));
  await sleep(1);
  seen.waiting = held();
  const second = fails("timeout", () => service.write({ A: "1" }, { timeout: 1_000 }));
  await sleep(1);
  controller.abort("enough");
  await first;
  seen["one left"] = held();
  await second;
  seen["all left"] = held();
  const third = service.get("B");
  await sleep(1);
  seen["waiting again"] = held();
  for (const asked of [...transport.asked].slice(1)) transport.last.say(answer(asked) + "\n");
  await third;
  seen["idle again"] = held();
  assertEquals(seen, {
    "unused": false,
    "idle": false,
    "waiting": true,
    "one left": true,
    "all left": false,
    "waiting again": true,
    "idle again": false,
  });
  await client.close();
}, { only: "async" });
