/** Bytes that held values are overwritten when they are done with. */
import { assert, assertEquals } from "@std/assert";
import { connect, type Transport } from "../../mod.ts";
import { type Connection } from "../../core.ts";
import { chooseTransport } from "../../connect/choose_transport.ts";
import { CANARY, fails, gives, OK, S } from "../faults/fault.ts";
import { test } from "../harness.ts";
import { modes } from "../support/clients.ts";
import { sleep } from "../support/raw_client.ts";
import { close, pause, reply, request } from "../support/scripted_peer.ts";
import { type Script, startScripted } from "../support/scripted_server.ts";

/** A transport that remembers every buffer that it was handed. */
class Watched implements Transport {
  readonly name: string;
  readonly written: Uint8Array[] = [];
  readonly read: ArrayBufferLike[] = [];
  readonly #inner: Transport;

  constructor(inner: Transport) {
    this.#inner = inner;
    this.name = inner.name;
  }

  available(): boolean {
    return true;
  }

  async connect(...args: Parameters<Transport["connect"]>): Promise<Connection> {
    const inner = await this.#inner.connect(...args);
    return {
      peer: inner.peer,
      read: (into) => {
        this.read.push(into.buffer);
        return inner.read(into);
      },
      write: (bytes) => {
        this.written.push(bytes);
        return inner.write(bytes);
      },
      quiet: () => inner.quiet(),
      close: () => inner.close(),
      ref: () => inner.ref?.(),
      unref: () => inner.unref?.(),
    };
  }

  /** Whether a value is in any buffer that was ever handed over. */
  shows(text: string): boolean {
    const all = [...this.written, ...this.read.map((buffer) => new Uint8Array(buffer))];
    return all.some((bytes) => new TextDecoder("latin1").decode(bytes).includes(text));
  }
}

async function watched(name: string): Promise<Watched> {
  return new Watched((await chooseTransport(name)).transport);
}

const large = CANARY + "x".repeat(200_000);

for (const mode of modes.filter(({ sync }) => !sync)) {
  const cases: Record<string, [Script, (service: Service) => Promise<unknown>]> = {
    "a write that succeeds": [[request(), reply(OK)], (s) => s.write({ A: CANARY })],
    "a write of many requests": [
      Array.from({ length: 20 }, () => [request(), reply(OK)]).flat(),
      (s) =>
        s.write(Object.fromEntries(
          Array.from({ length: 20 }, (_, i) => [`T${i}`, CANARY + "x".repeat(40_000)]),
        )),
    ],
    "a write that is lost": [
      [request(), close()],
      (s) => fails("connection_lost", () => s.write({ A: CANARY })),
    ],
    "a read": [[request(), reply(gives({ A: CANARY }))], (s) => s.get("A")],
    "a read larger than a buffer": [[request(), reply(gives({ A: large }))], (s) => s.get("A")],
    "a read that was left": [
      [request(), pause(80), reply(gives({ A: CANARY }))],
      async (s) => {
        await fails("timeout", () => s.get("A", { timeout: 40 }));
        await s.get("B", { timeout: 150 }).catch(() => {});
      },
    ],
    "a reply that does not fit": [
      [request(), reply(gives({ B: large }))],
      (s) => fails("protocol", () => s.get("A")),
    ],
    "half a reply": [
      [request(), reply(gives({ A: large }).slice(0, -5)), close()],
      (s) => fails("connection_lost", () => s.get("A")),
    ],
  };
  for (const [name, [script, call]] of Object.entries(cases)) {
    test(`[${mode.name}] no buffer holds the value of ${name} any more`, async () => {
      await using server = await startScripted([script]);
      const transport = await watched(mode.name);
      await using client = await connect({ endpoint: server.endpoint, transport });
      await call(client.service(S));
      await sleep(5);
      assert(transport.written.length > 0 && transport.read.length > 0);
      assertEquals(transport.shows(CANARY), false);
    });
  }

  test(`[${mode.name}] a value is in the buffers while it is on its way`, async () => {
    await using server = await startScripted([[
      request(),
      reply(gives({ A: CANARY }).slice(0, -5)),
    ]]);
    const transport = await watched(mode.name);
    const client = await connect({ endpoint: server.endpoint, transport });
    const call = fails("client_closed", () => client.service(S).get("A"));
    await sleep(60);
    assertEquals(transport.shows(CANARY), true);
    await client.close();
    await call;
    assertEquals(transport.shows(CANARY), false);
  });
}

type Service = Awaited<ReturnType<typeof connect>> extends { service(name: string): infer S } ? S
  : never;
