/** What cannot be meant is refused in words, before anything is sent. */
import { assertEquals, assertRejects } from "@std/assert";
import process from "node:process";
import { connect, DeniedError, InvalidRequestError } from "../../mod.ts";
import { connectSync } from "../../sync.ts";
import { startDaemon } from "../../testing/mod.ts";
import { test } from "../harness.ts";
import { hasFfi, testClient } from "../support/clients.ts";

/** Anything, for arguments that no type allows. */
// deno-lint-ignore no-explicit-any
const any = (value: unknown): any => value;

async function refused(body: () => unknown, argument: string): Promise<InvalidRequestError> {
  const error = await assertRejects(() => Promise.resolve().then(body), InvalidRequestError);
  assertEquals(error.argument, argument);
  return error;
}

testClient("calls refuse what is no signal, and load() what is no parser", {
  secrets: { S: { A: "1" } },
}, async ({ client }) => {
  const service = client.service("S");
  for (const signal of [5, null, {}]) {
    await refused(() => service.write({ A: "2" }, any({ signal })), "signal");
  }
  await refused(() => service.load({ a: any({ target: "A", parse: 5 }) }), 'parse of "a"');
  await refused(() => service.load({ toJSON: "A" }), "spec");
  assertEquals(await service.get("A"), "1");
});

test("connect() and connectSync() refuse unknown options", async () => {
  await using daemon = await startDaemon();
  const { endpoint } = daemon;
  for (
    const [options, argument] of [
      [null, "options"],
      ["/tmp/agent.sock", "options"],
      [{ endpoint, peer: null }, "peer"],
      [{ endpoint, peer: { uids: 5 } }, "peer.uids"],
      [{ endpoint, peer: { uids: [-1] } }, "peer.uids"],
      [{ endpoint, signal: {} }, "signal"],
      [{ endpoint, timeOut: 5 }, "timeOut"],
      [{ socket: endpoint }, "socket"],
      [{ endpoint, peer: { uid: 5 } }, "peer.uid"],
    ] as const
  ) {
    await refused(() => connect(any(options)), argument);
    if (hasFfi && argument !== "signal") await refused(() => connectSync(any(options)), argument);
  }
  const { message } = await refused(() => connect(any({ socket: endpoint })), "socket");
  assertEquals(message, "Invalid socket: unknown option; use endpoint. Nothing was sent");
  if (hasFfi) await refused(() => connectSync(any({ endpoint, signal: undefined })), "signal");
  assertEquals(daemon.connections, 0);
});

testClient("every call refuses unknown options", {}, async ({ client }) => {
  const service = client.service("S");
  const options = any({ timeOut: 5 });
  await refused(() => service.get("A", options), "timeOut");
  await refused(() => service.read(["A"], options), "timeOut");
  await refused(() => service.readPrefix("A", options), "timeOut");
  await refused(() => service.write({ A: "1" }, options), "timeOut");
  await refused(() => service.delete(["A"], options), "timeOut");
  await refused(() => service.deletePrefix("A", options), "timeOut");
  await refused(() => service.search("A", options), "timeOut");
  await refused(() => service.load({ a: "A" }, options), "timeOut");
  await refused(() => client.request({ action: "read", service: "S" }, options), "timeOut");
});

testClient("a refused timeout is told, when it is a number", {}, async ({ client }) => {
  const service = client.service("S");
  const expected = "Invalid timeout: expected milliseconds above 0 and at most 2147483647";
  for (const [timeout, got] of [[-1, ", got -1"], [NaN, ", got NaN"], ["5", ""], [null, ""]]) {
    const call = () => service.get("A", any({ timeout }));
    const error = await assertRejects(() => Promise.resolve().then(call), InvalidRequestError);
    assertEquals(error.message, `${expected}${got}. Nothing was sent`);
  }
});

const quoted = process.platform === "win32" ? '"my app"' : "'my app'";

test("a denied check does not suggest a command that cannot help", () => {
  const deno = { path: "/usr/bin/deno", shared: true };
  const check = new DeniedError("action_not_in_policy", "my app", "check", deno);
  assertEquals([check.remedy, check.warning], [`kca doctor --service ${quoted}`, undefined]);
  const search = new DeniedError("action_not_in_policy", "my app", "search", deno);
  assertEquals(search.remedy, `keychain-auth authorize /usr/bin/deno ${quoted}`);
});

testClient("what has no keys is refused where keys count, instead of taken for empty", {
  secrets: { S: { A: "1" } },
}, async ({ client }) => {
  const service = client.service("S");
  const { timeout } = { timeout: 1000 };
  for (
    const held of [
      Promise.resolve({ B: "2" }),
      new Date(),
      new (class {
        get B() {
          return "2";
        }
      })(),
    ]
  ) {
    await refused(() => service.write(any(held)), "entries");
  }
  for (const held of [Promise.resolve({ timeout }), new Map([["timeout", timeout]])]) {
    await refused(() => connect(any(held)), "options");
    await refused(() => service.get("A", any(held)), "options");
    await refused(() => service.load(any(held)), "spec");
  }
  // What a prototype has is an option, too, and nothing to write is nothing to write.
  assertEquals(await service.get("A", Object.create({ timeout })), "1");
  await service.write({});
  await service.write(Object.create(null));
  assertEquals(await service.search(), ["A"]);
});
