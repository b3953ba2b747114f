/** Bytes that held values are overwritten when they are done with: over real sockets. */
import { assert, assertEquals } from "@std/assert";
import { CANARY, fails, gives, OK } from "../faults/fault.ts";
import { test } from "../harness.ts";
import { type AnyClient, connect, type KeychainClient, modes } from "../support/clients.ts";
import { sleep, until } from "../support/raw_client.ts";
import {
  type AnyServer,
  canSanitize,
  type NamedScripts,
  startScriptedFor,
} from "../support/scripted_client.ts";
import { startScripted } from "../support/scripted_server.ts";
import { close, cue, hang, pause, reply, request } from "../support/steps.ts";
import { Watched } from "../support/watched.ts";

const large = CANARY + "x".repeat(200_000);
const half = gives({ A: CANARY }).slice(0, -5);
type Service = ReturnType<AnyClient["service"]>;

const cases: Record<string, {
  readonly only?: "async" | "sync";
  readonly scripts: NamedScripts;
  readonly call: (service: Service, server: AnyServer) => unknown;
}> = {
  "a write that succeeds": {
    scripts: [[request(), reply(OK)]],
    call: (service) => service.write({ A: CANARY }),
  },
  "a write of many requests": {
    scripts: [Array.from({ length: 20 }, () => [request(), reply(OK)]).flat()],
    call: (service) =>
      service.write(
        Array.from({ length: 20 }, (_, i) => [`T${i}`, CANARY + "x".repeat(40_000)] as const),
      ),
  },
  "writes of one turn": {
    scripts: [Array.from({ length: 5 }, () => [request(), reply(OK)]).flat()],
    call: (service) =>
      Promise.all(Array.from({ length: 5 }, (_, i) => service.write({ [`T${i}`]: CANARY }))),
  },
  "a write that is lost": {
    scripts: [[request(), close()]],
    call: (service) => fails("connection_lost", () => service.write({ A: CANARY })),
  },
  "a write that is late": {
    scripts: [[hang()]],
    call: (service) => fails("timeout", () => service.write({ A: CANARY }, { timeout: 400 })),
  },
  "a read": {
    scripts: [[request(), reply(gives({ A: CANARY }))]],
    call: (service) => service.get("A"),
  },
  "a read larger than a buffer": {
    scripts: [[request(), reply(gives({ A: large }))]],
    call: (service) => service.get("A"),
  },
  "a read that was left": {
    only: "async",
    scripts: [[request(), cue(), reply(gives({ A: CANARY }))]],
    call: async (service, server) => {
      await fails("timeout", () => service.get("A", { timeout: 400 }));
      server.cue();
      await server.done(3);
      await fails("timeout", () => service.get("B", { timeout: 400 }));
    },
  },
  "a reply that does not fit": {
    scripts: [[request(), reply(gives({ B: large }))]],
    call: (service) => fails("protocol", () => service.get("A")),
  },
  "a reply behind another": {
    scripts: [[request(), reply(gives({ A: "a" }) + gives({ B: CANARY })), hang()], [hang()]],
    call: async (service) => {
      await service.get("A");
      await fails("timeout", () => service.get("C", { timeout: 60 }));
    },
  },
  "half a reply that is lost": {
    scripts: [[request(), reply(gives({ A: large }).slice(0, -5)), close()]],
    call: (service) => fails("connection_lost", () => service.get("A")),
  },
  "half a reply that is late": {
    only: "sync",
    scripts: [[request(), reply(half), hang()]],
    call: (service) => fails("timeout", () => service.get("A", { timeout: 400 })),
  },
  "an unsolicited reply": {
    scripts: [[reply(gives({ A: CANARY })), hang()]],
    call: async (service, server) => {
      await server.done(1);
      await fails("protocol", () => service.get("A"));
    },
  },
};

for (const mode of modes) {
  for (const [what, { only, scripts, call }] of Object.entries(cases)) {
    if (only !== undefined && (only === "sync") !== mode.sync) continue;
    test(`[${mode.name}] no buffer contains the value of ${what} afterwards`, async () => {
      await using server = await startScriptedFor(mode, scripts);
      const transport = new Watched(mode);
      const client = await mode.connect({ endpoint: server.endpoint, transport });
      await call(client.service("S"), server);
      await sleep(5);
      assert(transport.calls > 0);
      assertEquals(transport.shows(CANARY), false);
      await client.close();
    }, { sanitize: canSanitize(mode) });
  }

  if (mode.sync) continue;

  test(
    `[${mode.name}] a value is in the buffers while it is on its way, until close()`,
    async () => {
      await using server = await startScriptedFor(mode, [[request(), reply(half), hang()]]);
      const transport = new Watched(mode);
      const client = await mode.connect({ endpoint: server.endpoint, transport });
      const call = fails("client_closed", () => client.service("S").get("A"));
      for (let tries = 0; tries < 1_000 && !transport.shows(CANARY); tries++) await sleep(5);
      assertEquals(transport.shows(CANARY), true);
      await client.close();
      await call;
      assertEquals(transport.shows(CANARY), false);
    },
    { sanitize: canSanitize(mode) },
  );

  test(`[${mode.name}] a value that arrives in the turn of close() is overwritten`, async () => {
    await using server = await startScriptedFor(mode, [[
      request(),
      pause(60),
      reply(gives({ A: CANARY })),
      hang(),
    ]]);
    const transport = new Watched(mode);
    const client = await mode.connect({ endpoint: server.endpoint, transport });
    let arrived = false;
    transport.onRead = () => {
      arrived = transport.shows(CANARY);
      void client.close();
    };
    await fails("client_closed", () => client.service("S").get("A"));
    await sleep(5);
    assertEquals([arrived, transport.shows(CANARY)], [true, false]);
  }, { sanitize: canSanitize(mode) });
}

/**
 * Every piece with a marked value that is copied between two buffers while `body` runs, and both
 * buffers: node:net receives into a buffer of the transport, which copies from it.
 */
async function received(
  body: (chunks: readonly Uint8Array[]) => Promise<void>,
): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  const { set, slice } = Uint8Array.prototype;
  Uint8Array.prototype.set = function (this: Uint8Array, source: Uint8Array, at?: number) {
    // What Bun itself copies from is a Buffer of its own.
    if (source.constructor === Uint8Array && holds(source)) chunks.push(source, this);
    set.call(this, source, at);
  };
  Uint8Array.prototype.slice = function (this: Uint8Array, from?: number, to?: number) {
    const copy = slice.call(this, from, to) as Uint8Array<ArrayBuffer>;
    if (holds(copy)) chunks.push(copy, this);
    return copy;
  };
  try {
    await body(chunks);
  } finally {
    Object.assign(Uint8Array.prototype, { set, slice });
  }
  return chunks;
}

function holds(bytes: Uint8Array): boolean {
  return new TextDecoder("latin1").decode(bytes).includes(CANARY);
}

test("[node] bytes received by node:net are overwritten when they were read", async () => {
  await using server = await startScripted([[request(), reply(gives({ A: large }))]]);
  const chunks = await received(async () => {
    const client = await connect({ endpoint: server.endpoint, transport: "node" });
    assertEquals(await client.service("S").get("A"), large);
    await client.close();
  });
  assertEquals([chunks.length > 0, chunks.some(holds)], [true, false]);
});

test("[node] bytes received by node:net are overwritten when nothing reads them", async () => {
  const script = [request(), reply(gives({ A: "1" })), pause(60), reply(gives({ B: CANARY }))];
  await using server = await startScripted([script]);
  let client: KeychainClient | undefined;
  const chunks = await received(async (chunks) => {
    client = await connect({ endpoint: server.endpoint, transport: "node" });
    assertEquals(await client.service("S").get("A"), "1");
    await until("the other reply has come", () => chunks.some(holds));
  });
  assertEquals([chunks.length > 0, chunks.some(holds)], [true, true]);
  await client!.close();
  assertEquals(chunks.some(holds), false);
});
