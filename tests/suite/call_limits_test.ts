/** Where the time of a call ends: what counts against it, and what is not done behind it. */
import { assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { connect, DeniedError, PartialFailureError, TimeoutError } from "../../mod.ts";
import { connectSync } from "../../sync.ts";
import { type Connection, SystemCallError } from "../../core.ts";
import { settingsOf } from "../../src/client/options.ts";
import { KeychainClient } from "../../src/client/client.ts";
import type { SessionHost } from "../../src/client/session.ts";
import { explain } from "../../connect/remedies/explain.ts";
import { runtimeSystem } from "../../net/system.ts";
import { test } from "../harness.ts";
import { sleep } from "../support/raw_client.ts";
import { withoutRemedies } from "../support/without_remedies.ts";
import { found, OK, SNA } from "../support/replies.ts";

const endpoint = "//./pipe/none";

/** Blocks the thread, as a synchronous call does. */
function block(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end;);
}

/** A connection for clients of both kinds. */
interface Both extends Connection {
  read(into: Uint8Array): number;
  write(bytes: Uint8Array): number & void;
}

/** Gives a reply to every request. */
class Played {
  readonly name = "played";
  connections = 0;
  requests = 0;
  /** Whether the daemon has closed the last connection. */
  idle = false;
  readonly #answer: (targets: readonly string[]) => string;
  readonly #delay: number;

  /**
   * @param answer Makes a reply.
   * @param delay How long connecting takes in ms.
   */
  constructor(answer: (targets: readonly string[]) => string, delay = 0) {
    this.#answer = answer;
    this.#delay = delay;
  }

  available(): boolean {
    return true;
  }

  async connect(): Promise<Connection> {
    await sleep(this.#delay);
    return this.connectSync();
  }

  connectSync(): Both {
    this.connections++;
    this.idle = false;
    let reply: Uint8Array | undefined;
    return {
      quiet: () => !this.idle,
      read: (into) => {
        if (this.idle) return 0;
        into.set(reply!);
        return reply!.length;
      },
      write: (bytes) => {
        this.requests++;
        const { targets } = JSON.parse(new TextDecoder().decode(bytes));
        reply = new TextEncoder().encode(this.#answer(targets) + "\n");
        return bytes.length as number & void;
      },
      close: () => {},
    };
  }
}

const large = [0, 1, 2].map((index) => [`T${index}`, "x".repeat(40_000)] as const);

test("a synchronous write sends nothing behind its deadline", () => {
  const transport = new Played(() => {
    block(60);
    return OK;
  });
  using client = connectSync({ endpoint, transport });
  const error = assertThrows(
    () => client.service("S").write(large, { timeout: 50 }),
    PartialFailureError,
  );
  assertEquals([error.applied, error.failed, error.unknown], [["T0"], ["T1", "T2"], []]);
  assertInstanceOf(error.cause, TimeoutError);
  assertEquals([transport.requests, transport.connections], [1, 1]);
});

test("a synchronous call opens no connection behind its deadline", () => {
  const transport = new Played(() => {
    block(60);
    throw new SystemCallError("send", "EPIPE", 0);
  });
  using client = connectSync({ endpoint, transport });
  const error = assertThrows(() => client.service("S").get("A", { timeout: 50 }), TimeoutError);
  assertEquals([error.timeout, transport.connections], [50, 1]);
});

for (const together of [false, true]) {
  const what = together ? "two reads of one turn" : "a read";
  test(`to explain the denial of ${what} takes no time of theirs`, async () => {
    const route = {
      transport: new Played(() => SNA),
      system: runtimeSystem,
      candidates: [endpoint],
    };
    const host: SessionHost = {
      ...withoutRemedies,
      route,
      explain: (problem, place) => sleep(150).then(() => explain(problem, place, route)),
    };
    const client = await KeychainClient.open(host, settingsOf({ timeout: 60 }));
    const service = client.service("S");
    const names = together ? ["A", "B"] : ["A"];
    for (
      const { status, reason } of await Promise.allSettled(names.map((n) => service.get(n))) as {
        status: string;
        reason?: unknown;
      }[]
    ) {
      assertEquals(status, "rejected");
      assertInstanceOf(reason, DeniedError);
    }
    await client.close();
  });
}

test("reads of one turn bear the longest timeout, also while connecting", async () => {
  const hit = (name: string): string => `{"target":"${name}","value":"${name}"}`;
  const transport = new Played((targets) => found(targets.map(hit).join()), 30);
  const client = await connect({ endpoint, transport, timeout: 2_147_483_647 });
  const service = client.service("S");
  transport.idle = true;
  assertEquals(await Promise.all([service.get("A"), service.get("B")]), ["A", "B"]);
  assertEquals(transport.connections, 2);
  await client.close();
});
