/**
 * Requests as a stream: pieces, order, and results in random order.
 *
 * @module
 */

import { type Bench, joined } from "../bench.ts";
import { ask, latin1Of, toBytes } from "../table/exchange.ts";
import { ANP, INT, MAL, OK, SNA } from "../table/replies.ts";
import { CLOSED, type Wire } from "../wire.ts";
import type { Check } from "./check.ts";

/** Three requests whose replies differ, and need no permission. */
const KINDS: readonly (readonly [send: string, reply: string])[] = [
  [ask('"action":"list","targets":["@a"]'), MAL],
  [ask('"action":"check","targets":["@a"]'), ANP],
  ['{"type":"REQUEST","action":"read","targets":["@a"]}', SNA],
];

/** Checks the replies to `count` requests of {@linkcode KINDS}. */
async function expectInOrder(bench: Bench, wire: Wire, count: number): Promise<void> {
  const lines = KINDS.map(([send]) => bench.line(send));
  const replies = KINDS.map(([, reply]) => bench.reply(reply));
  for (let i = 0; i < count; i++) {
    const kind = i % KINDS.length;
    const observed = await wire.line();
    if (observed === replies[kind]) continue;
    bench.expect(
      `request ${i + 1} of ${count} sent at once: ${KINDS[kind]![0]}`,
      replies[kind]!,
      observed,
    );
  }
  bench.expect(lines[0]!, replies[0]!, replies[0]!);
}

/** `count` requests of {@linkcode KINDS} in one piece. */
function manyRequests(bench: Bench, count: number): Uint8Array {
  const lines = KINDS.map(([send]) => latin1Of(bench.line(send)));
  return toBytes(Array.from({ length: count }, (_, i) => lines[i % lines.length]).join(""));
}

/** Requests twenty names twice: the same random order comes once in 2.4 * 10^18 times. */
async function expectRandomOrder(bench: Bench, request: string): Promise<void> {
  const targets = Array.from({ length: 20 }, (_, i) => `@n${i}`);
  const lists = `"targets":${JSON.stringify(targets)},"values":${
    JSON.stringify(targets.map(() => "x"))
  }`;
  const wire = await bench.shared();
  const write = bench.line(ask(`"action":"write",${lists}`));
  wire.send(write);
  bench.expect(write, bench.reply(OK), await wire.line());
  const line = bench.line(request);
  wire.send(joined(line, line));
  const first = await wire.line();
  const second = await wire.line();
  bench.expect(line, "another order than before", second, first !== second);
  await bench.stillThere(wire);
}

const group = "protocol";

/** The checks of this file. */
export const stream: readonly Check[] = [
  {
    group,
    name: "prefix read returns results in random order",
    needs: ["read", "write", "search"],
    run: (bench) =>
      expectRandomOrder(bench, ask('"action":"read","match":"prefix","targets":["@n"]')),
  },
  {
    group,
    name: "search returns names in random order",
    needs: ["write", "search"],
    run: (bench) => expectRandomOrder(bench, ask('"action":"search","targets":["@n"]')),
  },
  {
    group,
    name: "a request that arrives in single bytes is answered",
    needs: [],
    async run(bench) {
      const wire = await bench.open();
      const line = bench.ping;
      for (const byte of line) await wire.sent(Uint8Array.of(byte));
      bench.expect(line, bench.reply(ANP), await wire.line());
    },
  },
  {
    group,
    name: "5,000 requests sent at once are answered in order",
    needs: [],
    async run(bench) {
      const wire = await bench.open();
      wire.send(manyRequests(bench, 5_000));
      await expectInOrder(bench, wire, 5_000);
    },
  },
  {
    group,
    name: "200,000 requests are answered in order to a client that reads late",
    needs: [],
    slow: true,
    async run(bench) {
      const wire = await bench.open();
      wire.pause();
      wire.send(manyRequests(bench, 200_000));
      await bench.sleep(2_000);
      wire.resume();
      await expectInOrder(bench, wire, 200_000);
    },
  },
  {
    group,
    name: "requests before a malformed line are answered, those after it are not",
    needs: [],
    async run(bench) {
      const wire = await bench.open();
      const sent = joined(bench.ping, bench.ping, bench.line("{"), bench.ping);
      wire.send(sent);
      const expected = [ANP, ANP, MAL].map((reply) => bench.reply(reply)).join("") + CLOSED;
      bench.expect(sent, expected, await bench.ended(wire));
    },
  },
  {
    group,
    name: "requests after an error are answered",
    needs: ["read", "write"],
    async run(bench) {
      const wire = await bench.shared();
      const sent = joined(
        bench.line(ask('"action":"delete","targets":["@missing"]')),
        bench.line(ask('"action":"read","targets":["@missing"]')),
      );
      wire.send(sent);
      const expected = bench.reply(INT) + bench.reply(OK);
      bench.expect(sent, expected, await wire.line() + await wire.line());
      await bench.stillThere(wire);
    },
  },
];
