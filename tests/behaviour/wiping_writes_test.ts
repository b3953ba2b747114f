/** The bytes of a write are overwritten, whatever becomes of it: with a played far end. */
import { assert, assertEquals } from "@std/assert";
import { SystemCallError } from "../../core.ts";
import { CANARY, fails } from "../faults/fault.ts";
import type { AnyClient, KeychainClient } from "../support/clients.ts";
import { Played, testPlayed } from "../support/played.ts";
import { sleep } from "../support/raw_client.ts";
import { UNREG } from "../support/replies.ts";

const write = (client: AnyClient): unknown => client.service("S").write({ T: CANARY });

/** Every buffer that text was encoded into while `body` ran. */
async function encoded(body: () => Promise<void>): Promise<Uint8Array[]> {
  const views: Uint8Array[] = [];
  const { encode, encodeInto } = TextEncoder.prototype;
  TextEncoder.prototype.encode = function (text) {
    const bytes = encode.call(this, text);
    views.push(bytes);
    return bytes;
  };
  TextEncoder.prototype.encodeInto = function (text, into) {
    const result = encodeInto.call(this, text, into);
    views.push(into.subarray(0, result.written));
    return result;
  };
  try {
    await body();
  } finally {
    Object.assign(TextEncoder.prototype, { encode, encodeInto });
  }
  return views;
}

/** A transport with one connection; the second one is refused. */
function once(prepare: (transport: Played) => void = () => {}, connections = 1): Played {
  const transport = new Played(() => undefined);
  transport.onConnect = () => {
    if (connections-- === 0) throw new SystemCallError("connect", "ENOENT");
  };
  transport.onOpen = () => prepare(transport);
  return transport;
}

/** Breaks each connection as it is written to. */
function broken({ last }: Played): void {
  last.onWrite = () => {
    last.end();
    throw new SystemCallError("send", "EPIPE", 0);
  };
}

/** How a write ends, of which kind of client, by which code, over which connection. */
const cases: Record<string, {
  readonly only?: "async" | "sync";
  /** Refused before any byte is made of it. */
  readonly unencoded?: boolean;
  readonly code: string | undefined;
  readonly transport?: () => Played;
  readonly call?: (client: AnyClient) => unknown;
}> = {
  "the client is closed": {
    code: "client_closed",
    call: (client) => Promise.resolve(client.close()).then(() => write(client)),
  },
  "the client is closed meanwhile": {
    only: "async",
    code: "client_closed",
    call: async (client) => {
      const call = write(client);
      await sleep(1);
      await client.close();
      await call;
    },
  },
  "its signal was aborted before": {
    only: "async",
    code: "AbortError",
    call: (client) =>
      (client as KeychainClient).service("S").write({ T: CANARY }, { signal: AbortSignal.abort() }),
  },
  "its signal is aborted in its turn": {
    only: "async",
    code: "AbortError",
    call: (client) => {
      const controller = new AbortController();
      const { signal } = controller;
      const call = (client as KeychainClient).service("S").write({ T: CANARY }, { signal });
      controller.abort();
      return call;
    },
  },
  "it is denied before it goes out": {
    code: "denied",
    transport: () => once(({ last }) => last.say(UNREG + "\n")),
  },
  "its time is over while it goes out": {
    only: "sync",
    code: "timeout",
    transport: () => once(({ last }) => last.onWrite = () => 10),
  },
  "it never goes out and the daemon is gone": {
    code: "daemon_unavailable",
    transport: () => once(broken),
  },
  "it never goes out, twice": {
    code: "connection_lost",
    transport: () => once(broken, 2),
  },
  "it waits for a connection in vain": {
    only: "async",
    code: "timeout",
    transport: () => {
      const transport = once(({ last }) => last.end());
      let first = true;
      transport.onConnect = () => first ? void (first = false) : new Promise(() => {});
      return transport;
    },
    call: (client) => client.service("S").write({ T: CANARY }, { timeout: 20 }),
  },
  "it succeeds": {
    code: undefined,
    transport: () => new Played(),
  },
  "it turns out to need two requests": {
    code: undefined,
    transport: () => new Played(),
    // Less than the limit in characters, more in bytes.
    call: (client) => {
      const value = CANARY + "€".repeat(12_000);
      return client.service("S").write({ A: value, B: value });
    },
  },
  "it is too large": {
    code: "request_too_large",
    unencoded: true,
    call: (client) =>
      client.request({
        action: "write",
        service: "S",
        targets: ["T"],
        values: [CANARY + "€".repeat(30_000)],
      }),
  },
  "one of its values is too large": {
    code: "request_too_large",
    call: (client) => client.service("S").write({ A: CANARY, B: "€".repeat(30_000) }),
  },
};

for (
  const [what, { only, code, unencoded, transport = once, call = write }] of Object.entries(cases)
) {
  testPlayed(`a write leaves no value when ${what}`, async (kind) => {
    const played = transport();
    const views = await encoded(async () => {
      const client = await kind.connect(played);
      const error = await Promise.resolve(client).then(call).then(() => undefined, (e) => e);
      assertEquals(typeof error?.code === "string" ? error.code : error?.name, code);
      await client.close();
      await sleep(1);
    });
    assertEquals(views.length === 0, unencoded ?? false);
    for (const bytes of views) {
      assert(!new TextDecoder().decode(bytes).includes(CANARY), "A value was left");
    }
    assertEquals(played.shows(CANARY), false);
  }, { only });
}

for (const how of ["at once", "later"]) {
  testPlayed(
    `writes of one turn that break ${how} leave no value in what they shared`,
    async (kind) => {
      const transport = new Played();
      const client = await kind.connect(transport);
      const { last } = transport;
      let shared = 0;
      last.onWrite = (bytes) => {
        shared = bytes.filter((byte) => byte === 10).length;
        last.end();
        const error = new SystemCallError("send", "ECONNRESET");
        if (how === "later") return sleep(5).then(() => Promise.reject(error));
        throw error;
      };
      const calls = [0, 1, 2].map((index) =>
        fails(
          "connection_lost",
          async () => await client.service("S").write({ [`T${index}`]: CANARY }),
        )
      );
      await Promise.all(calls);
      assertEquals([shared, last.shows(CANARY)], [3, false]);
      await client.close();
    },
    { only: "async" },
  );
}

testPlayed("bytes are not overwritten while the transport still writes them", async (kind) => {
  const transport = new Played();
  const client = await kind.connect(transport);
  const { promise, resolve } = Promise.withResolvers<void>();
  transport.last.onWrite = () => promise;
  const left = fails("timeout", () => client.service("S").write({ A: CANARY }, { timeout: 20 }));
  await left;
  assertEquals(transport.last.shows(CANARY), true);
  resolve();
  await sleep(1);
  // Taken as they were: a broken line would put every later request out of step.
  assertEquals(transport.asked.map(({ values }) => values), [[CANARY]]);
  assertEquals(transport.last.shows(CANARY), false);
  await client.close();
}, { only: "async" });
