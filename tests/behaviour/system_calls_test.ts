/** What a client makes of system calls that are interrupted, refused for now, or cut short. */
import { assert, assertEquals } from "@std/assert";
import { fails } from "../faults/fault.ts";
import type { KeychainClient } from "../support/clients.ts";
import { FakeDarwin } from "../support/fake_darwin.ts";
import { FakeLinux } from "../support/fake_linux.ts";
import { keychain } from "../support/keychain.ts";
import { type Kind, testPlayed } from "../support/played.ts";
import { posixOver } from "../support/posix_far_end.ts";
import { inTime, sleep } from "../support/raw_client.ts";

const EINTR = 4;
const EAGAIN = { linux: 11, darwin: 35 } as const;
const EPIPE = 32;
/** Whoever listens is trusted: the fakes are nobody's. */
const anybody = { peer: { check: false } };

function count(fake: FakeDarwin, call: string): number {
  return fake.calls.filter(([name]) => name === call).length;
}

/** Registers a test for both kinds of clients on both systems. */
function testSystems(
  name: string,
  body: (kind: Kind, fake: FakeDarwin) => Promise<void>,
  only?: Kind["name"],
): void {
  for (const make of [() => new FakeLinux(), () => new FakeDarwin()]) {
    const { system } = make().constants;
    testPlayed(`${system}: ${name}`, (kind) => inTime(body(kind, make())), { only });
  }
}

testSystems("a connect() that a signal interrupts is made again", async (kind, fake) => {
  fake.failures.set("connect", [[-1, EINTR], [-1, EINTR]]);
  const client = await kind.connect(posixOver(fake), anybody);
  assertEquals(await client.service("S").get("A"), undefined);
  assertEquals([count(fake, "connect"), count(fake, "socket")], [3, 1]);
  await client.close();
});

testSystems(
  "a connect() to a full queue is made again until its time is over",
  async (kind, fake) => {
    const again: [number, number] = [-1, EAGAIN[fake.constants.system]];
    fake.failures.set("connect", [again, again]);
    await (await kind.connect(posixOver(fake), anybody)).close();
    assertEquals(count(fake, "connect"), 3);
    fake.failures.set("connect", Array(1_000_000).fill(again));
    const connecting = () => kind.connect(posixOver(fake), { ...anybody, connectTimeout: 40 });
    const error = await fails("timeout", connecting, "does not accept connections");
    assertEquals([error.timeout, count(fake, "close")], [40, 2]);
  },
);

testSystems(
  "a send() that a signal interrupts is made again, with what is left",
  async (kind, fake) => {
    const client = await kind.connect(posixOver(fake), anybody);
    fake.failures.set("send", [[-1, EINTR], [10, 0], [-1, EINTR], [-1, EINTR]]);
    await client.service("S").write({ A: "1" });
    const sent = fake.calls.filter(([name]) => name === "send").map((call) => call[3] as number);
    assertEquals(sent.length, 5);
    assertEquals(sent.map((length) => sent[0]! - length), [0, 0, 10, 10, 10]);
    await client.close();
  },
);

testSystems("a send() to a full buffer is made again, with what is left", async (kind, fake) => {
  const client = await kind.connect(posixOver(fake), anybody);
  const again: [number, number] = [-1, EAGAIN[fake.constants.system]];
  fake.failures.set("send", [[10, 0], again, [1, 0], again]);
  await client.service("S").write({ A: "1" });
  const sent = fake.calls.filter(([name]) => name === "send").map((call) => call[3] as number);
  assertEquals(sent.map((length) => sent[0]! - length), [0, 10, 10, 11, 11]);
  await client.close();
});

testSystems("a recv() that a signal interrupts is made again", async (kind, fake) => {
  const client = await kind.connect(posixOver(fake, keychain({ A: "1" })), anybody);
  const service = client.service("S");
  for (let round = 0; round < 3; round++) {
    fake.failures.set("recv", [[-1, EINTR], [-1, EINTR], [-1, EINTR]]);
    assertEquals(await service.get("A"), "1");
    await service.write({ A: "1" });
  }
  assertEquals([count(fake, "socket"), count(fake, "close")], [1, 0]);
  await client.close();
});

testSystems("a poll() that a signal interrupts ends no wait", async (kind, fake) => {
  const answer = keychain({ A: "1" });
  let reply = (): void => {};
  const transport = posixOver(fake, (asked) => {
    reply = () => fake.incoming.push(...new TextEncoder().encode(answer(asked) + "\n"));
    return undefined;
  });
  const client = await kind.connect(transport, anybody);
  const { poll } = fake;
  let polls = 0;
  fake.poll = (...values) => {
    if (kind.sync && ++polls === 4) reply();
    return poll.apply(fake, values);
  };
  // A synchronous call with so little time waits by poll(2). A machine may take all of it.
  for (let tries = 0, value: unknown; value !== "1"; tries++) {
    assert(tries < 20, "It never got the reply");
    polls = 0;
    fake.failures.set("poll", [[-1, EINTR], [-1, EINTR], [-1, EINTR]]);
    if (!kind.sync) setTimeout(() => reply(), 30);
    value = await Promise.resolve(client.service("S")).then((service) =>
      service.get("A", { timeout: kind.sync ? 150 : 9_000 })
    ).catch(() => undefined);
  }
  assert(fake.failures.get("poll")!.length < 3);
  await client.close();
});

testSystems("a request that send() took a part of is made again", async (kind, fake) => {
  const client = await kind.connect(posixOver(fake), anybody);
  const { poll, recv, send, onConnect } = fake;
  fake.failures.set("send", [[10, 0], [-1, EPIPE]]);
  fake.send = (...values) => {
    const count = send.apply(fake, values);
    if (count < 0) {
      // The far end is gone: the kernel takes a write at once, and a read gives the end.
      fake.poll = () => 1;
      fake.recv = () => 0;
    }
    return count;
  };
  fake.onConnect = () => {
    onConnect();
    Object.assign(fake, { poll, recv });
  };
  await client.service("S").write({ A: "1" });
  assertEquals([count(fake, "connect"), count(fake, "close")], [2, 1]);
  await client.close();
});

testSystems(
  "a client leaves no descriptor behind, however its socket fails",
  async (kind, fake) => {
    for (const call of fake.constants.system === "darwin" ? ["ioctl", "connect"] : ["connect"]) {
      fake.calls.length = 0;
      fake.failures.set(call, [[-1, 13]]);
      await fails("daemon_unavailable", () => kind.connect(posixOver(fake), anybody));
      assertEquals([count(fake, "socket"), count(fake, "close")], [1, 1], call);
    }
    fake.calls.length = 0;
    fake.failures.set("socket", [[-1, 24]]);
    await fails("daemon_unavailable", () => kind.connect(posixOver(fake), anybody));
    assertEquals([count(fake, "socket"), count(fake, "close")], [1, 0]);
  },
);

testSystems(
  "the library is unloaded with the last connection, and loaded again",
  async (kind, fake) => {
    let unloads = 0;
    fake.unload = () => void unloads++;
    const transport = posixOver(fake);
    const first = await kind.connect(transport, anybody);
    const second = await kind.connect(transport, anybody);
    await first.close();
    await first.close();
    assertEquals([await second.service("S").get("A"), unloads], [undefined, 0]);
    await second.close();
    assertEquals(unloads, 1);
    fake.failures.set("connect", [[-1, 13]]);
    await fails("daemon_unavailable", () => kind.connect(transport, anybody));
    assertEquals(unloads, 2);
  },
);

testPlayed("a descriptor that a thread still polls is given back when the thread is done", async (
  kind,
) => {
  const polls: { resolve(): void }[] = [];
  const fake = Object.assign(new FakeLinux(), {
    pollOnThread: () => {
      const { promise, resolve } = Promise.withResolvers<number>();
      polls.push({ resolve: () => resolve(0) });
      return promise;
    },
  });
  const client = await kind.connect(posixOver(fake, () => undefined), anybody) as KeychainClient;
  const call = fails("client_closed", () => client.service("S").get("A"));
  for (let tries = 0; tries < 1_000 && polls.length === 0; tries++) await sleep(1);
  assertEquals(polls.length, 1);
  await client.close();
  await call;
  // Its number may be another file's as soon as it is closed: the thread is woken instead.
  assertEquals([count(fake, "shutdown"), count(fake, "close")], [1, 0]);
  polls[0]!.resolve();
  for (let tries = 0; tries < 1_000 && count(fake, "close") === 0; tries++) await sleep(1);
  assertEquals(count(fake, "close"), 1);
  assert(polls.length === 1, "Nobody polls a closed socket");
}, { only: "async" });
