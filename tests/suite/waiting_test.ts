/** Those who wait: for a connection, and for each other. */
import { assert, assertEquals } from "@std/assert";
import { connect, isKeychainAuthError, type Transport } from "../../mod.ts";
import { type Connection } from "../../core.ts";
import {
  allowanceOf,
  type CallDeadline,
  CONNECT_TIMEOUT,
  encodeFrame,
  type Frame,
  Pipeline,
} from "../../core.ts";
import { test } from "../harness.ts";
import { sleep } from "../support/raw_client.ts";
import { found, OK } from "../support/replies.ts";

const ENDPOINT = "//./pipe/none";

/** Connections that answer at once, until the daemon is said to have closed them. */
class Played implements Transport {
  readonly name = "played";
  /** The first target of each request that was written. */
  readonly seen: string[] = [];
  /** What happens as a connection is made. */
  onConnect: () => void | Promise<void> = () => {};
  #connections = 0;
  #dropped = 0;

  available(): boolean {
    return true;
  }

  drop(): void {
    this.#dropped = this.#connections;
  }

  async connect(): Promise<Connection> {
    await this.onConnect();
    const number = ++this.#connections;
    let replies = "";
    return {
      quiet: () => number > this.#dropped,
      write: (bytes) => {
        for (const line of new TextDecoder().decode(bytes).trimEnd().split("\n")) {
          const { action, targets } = JSON.parse(line);
          this.seen.push(targets[0]);
          const results = targets.map((target: string) => `{"target":"${target}"}`);
          replies += `${action === "read" ? found(results.join(",")) : OK}\n`;
        }
      },
      read: (into) => {
        if (number <= this.#dropped) return 0;
        const { read, written } = new TextEncoder().encodeInto(replies, into);
        replies = replies.slice(read);
        return written || new Promise<number>(() => {});
      },
      close: () => {},
    };
  }
}

test("calls that wait for a connection go out in the order of asking, before later ones", async () => {
  const transport = new Played();
  await using client = await connect({ transport, endpoint: ENDPOINT });
  const service = client.service("S");
  for (let depth = 1; depth < 12; depth++) {
    transport.drop();
    transport.seen.length = 0;
    let later: Promise<void> | undefined;
    const step = (left: number): void =>
      left > 0 ? queueMicrotask(() => step(left - 1)) : void (later = service.write({ later: "" }));
    transport.onConnect = () => step(depth);
    await Promise.all([service.write({ first: "" }), service.write({ second: "" })]);
    while (later === undefined) await sleep(1);
    await later;
    assertEquals(transport.seen, ["first", "second", "later"], `${depth} microtasks later`);
  }
});

test("no more than 64 MiB of requests wait for a connection", async () => {
  const transport = new Played();
  const client = await connect({ transport, endpoint: ENDPOINT });
  const service = client.service("S");
  transport.drop();
  transport.onConnect = () => new Promise(() => {});
  const value = "x".repeat(60_000);
  const codes = new Map<string, number>();
  const writes = Array.from({ length: 1_200 }, () =>
    service.write({ A: value }).catch((error) => {
      const code = isKeychainAuthError(error) ? error.code : String(error);
      codes.set(code, (codes.get(code) ?? 0) + 1);
    }));
  await sleep(20);
  assert((codes.get("queue_full") ?? 0) > 50, JSON.stringify([...codes]));
  await client.close();
  await Promise.all(writes);
  assertEquals([...codes.keys()].sort(), ["client_closed", "queue_full"]);
  assert(codes.get("client_closed")! > 1_000);
});

test("the longest timeout that is allowed does not end at once while connecting", async () => {
  const transport = new Played();
  await using client = await connect({ transport, endpoint: ENDPOINT });
  const service = client.service("S");
  transport.drop();
  transport.onConnect = () => sleep(30);
  const options = { timeout: 2_147_483_647 };
  const values = await Promise.all(["A", "B"].map((name) => service.get(name, options)));
  assertEquals(values, ["", ""]);
});

test("an allowance begins when the one before it ends, whatever that one's caller allowed", () => {
  const pipeline = new Pipeline(1_000);
  const slow = encodeFrame({ action: "delete", service: "S", match: "prefix", targets: ["p"] });
  const read = encodeFrame({ action: "read", service: "S", targets: ["A"] });
  const add = (frame: Frame, now: number, own?: CallDeadline) =>
    pipeline.add(frame, own, now, () => {}).deadline;
  const first = add(slow, 1_000);
  assertEquals(first, { at: 1_000 + 300_000 + CONNECT_TIMEOUT, timeout: 310_000 });
  assertEquals(add(read, 1_001, { at: 1_011, timeout: 10 }), { at: 1_011, timeout: 10 });
  assertEquals(add(read, 1_002), { at: first.at + 2 * allowanceOf(read), timeout: 5_050 });
});
