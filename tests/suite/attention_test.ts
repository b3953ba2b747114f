/** When a connection is looked at before something is sent over it. */
import { assertEquals, assertRejects } from "@std/assert";
import {
  connect,
  type Connection,
  type ConnectionSync,
  connectSync,
  Deadline,
  ProtocolError,
  type Transport,
} from "../../mod.ts";
import { test } from "../harness.ts";
import type { AnyClient } from "../support/clients.ts";
import { sleep } from "../support/raw_client.ts";
import { found, OK } from "../support/replies.ts";

const NEVER = new Deadline(60_000);

/** Answers at once and keeps book of what it was asked, in letters. */
class Watched implements Transport {
  readonly name = "watched";
  calls = "";
  /** What the next reads give instead of the right reply. */
  readonly stray: string[] = [];
  #reply = "";

  available(): boolean {
    return true;
  }

  connect(): Promise<Connection> {
    const connection = this.connectSync();
    const { quiet, close } = connection;
    return Promise.resolve({
      quiet,
      close,
      read: (into) => connection.read(into, NEVER),
      write: (bytes) => void connection.write(bytes, NEVER),
    });
  }

  connectSync(): ConnectionSync {
    return {
      quiet: () => {
        this.calls += "q";
        return true;
      },
      write: (bytes) => {
        this.calls += "w";
        const { action, targets } = JSON.parse(new TextDecoder().decode(bytes));
        const right = action === "read"
          ? found(`{"target":"${targets[0]}","value":"v"}`)
          : action === "search"
          ? found(`{"target":"${targets[0]}"}`)
          : OK;
        this.#reply = (this.stray.shift() ?? right) + "\n";
        return bytes.length;
      },
      read: (into) => {
        this.calls += "r";
        return new TextEncoder().encodeInto(this.#reply, into).written;
      },
      close: () => {},
    };
  }
}

test("a read behind ones that were given up is looked after again", async () => {
  let looks = 0;
  let give = (_replies: number): void => {};
  const line = new TextEncoder().encode(found("") + "\n");
  const transport: Transport = {
    name: "slow",
    available: () => true,
    connect: () =>
      Promise.resolve({
        quiet: () => ++looks > 0,
        write: () => {},
        close: () => {},
        read: (into) =>
          new Promise<number>((resolve) =>
            give = (replies) => {
              for (let index = 0; index < replies; index++) into.set(line, index * line.length);
              resolve(replies * line.length);
            }
          ),
      }),
  };
  await using client = await connect({ transport, endpoint: "//./pipe/none" });
  const service = client.service("S");
  const given = new AbortController();
  const left = ["p", "q"].map((prefix) => service.readPrefix(prefix, { signal: given.signal }));
  await sleep(1);
  given.abort();
  await Promise.allSettled(left);
  give(1);
  await sleep(5);
  // Allowed to take until the allowance of the one before it ends, minutes from now.
  const read = service.get("A");
  await sleep(1);
  give(2);
  await read;
  await sleep(5);
  looks = 0;
  const next = service.get("B");
  await sleep(1);
  assertEquals(looks, 1);
  give(1);
  await next;
});

for (const sync of [false, true]) {
  const given = sync ? " (sync)" : "";
  const open = async (): Promise<[AnyClient, Watched]> => {
    const transport = new Watched();
    const options = { transport, endpoint: "//./pipe/none" };
    return [sync ? connectSync(options) : await connect(options), transport];
  };

  test(`a read right behind a read is sent without a look${given}`, async () => {
    // A machine that stops for a millisecond in between does look: so some tries.
    let calls = "";
    for (let tries = 0; tries < 20 && calls !== "qwrwrwr"; tries++) {
      const [client, transport] = await open();
      const service = client.service("S");
      for (const name of ["A", "B", "C"]) assertEquals(await service.get(name), "v");
      calls = transport.calls;
      await client.close();
    }
    assertEquals(calls, "qwrwrwr");
  });

  test(`before and behind anything else than a read the connection is looked at${given}`, async () => {
    const [client, transport] = await open();
    const service = client.service("S");
    await service.get("A");
    await service.write({ A: "x" });
    await service.get("A");
    assertEquals(transport.calls, "qwrqwrqwr");
    await client.close();
  });

  test(`after a pause the connection is looked at${given}`, async () => {
    const [client, transport] = await open();
    const service = client.service("S");
    await service.get("A");
    await sleep(5);
    await service.get("A");
    assertEquals(transport.calls, "qwrqwr");
    await client.close();
  });

  test(`nothing is read before the second step of an operation was sent${given}`, async () => {
    const [client, transport] = await open();
    const outcome = await client.service("S").delete(["A", "B"]);
    assertEquals(outcome, { deleted: ["A"], missing: ["B"] });
    assertEquals(transport.calls, "qwrqwr");
    await client.close();
  });

  test(`without a look a reply to something else is still refused${given}`, async () => {
    const [client, transport] = await open();
    const service = client.service("S");
    await service.get("A");
    transport.stray.push(found('{"target":"A","value":"v"}'));
    const get = (): unknown => service.get("B");
    await assertRejects(() => Promise.resolve().then(get), ProtocolError);
    await client.close();
  });
}
