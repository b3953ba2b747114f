/** Each request is sent after a look at the connection, where a close or a stray reply shows. */
import { assertEquals, assertRejects } from "@std/assert";
import { connect, ProtocolError, type Transport } from "../../mod.ts";
import { connectSync } from "../../sync.ts";
import { type Connection, type ConnectionSync, Deadline } from "../../core.ts";
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

test("a read after abandoned ones still gets its reply", async () => {
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

  test(`the connection is checked before each call${given}`, async () => {
    const [client, transport] = await open();
    const service = client.service("S");
    for (const name of ["A", "B", "C"]) assertEquals(await service.get(name), "v");
    assertEquals(transport.calls, "qwrqwrqwr");
    await client.close();
  });

  test(`the connection is checked before and after anything but a read${given}`, async () => {
    const [client, transport] = await open();
    const service = client.service("S");
    await service.get("A");
    await service.write({ A: "x" });
    await service.get("A");
    assertEquals(transport.calls, "qwrqwrqwr");
    await client.close();
  });

  test(`nothing is read before the second step of an operation was sent${given}`, async () => {
    const [client, transport] = await open();
    const outcome = await client.service("S").delete(["A", "B"]);
    assertEquals(outcome, { deleted: ["A"], missing: ["B"] });
    assertEquals(transport.calls, "qwrqwr");
    await client.close();
  });

  test(`a reply to another request is refused${given}`, async () => {
    const [client, transport] = await open();
    const service = client.service("S");
    await service.get("A");
    transport.stray.push(found('{"target":"A","value":"v"}'));
    const get = (): unknown => service.get("B");
    await assertRejects(() => Promise.resolve().then(get), ProtocolError);
    await client.close();
  });
}
