/**
 * How long lines and replies may be, how deep JSON, how many connections.
 *
 * @module
 */

import { type Bench, joined } from "../bench.ts";
import { ask, hit } from "../table/exchange.ts";
import { ANP, found, MAL, OK } from "../table/replies.ts";
import { CLOSED, type Wire } from "../wire.ts";
import { now } from "../../src/clock.ts";
import type { Check } from "./check.ts";

const group = "limits";
const LIMIT = 65_535;

/** A request with exactly `size` bytes before its line feed. Stores nothing. */
function padded(bench: Bench, size: number): Uint8Array<ArrayBuffer> {
  const request = (padding: string): Uint8Array<ArrayBuffer> =>
    bench.line(ask(`"action":"check","targets":["@a"],"padding":"${padding}"`));
  const bare = request("").length - 1;
  return request("x".repeat(size - bare));
}

async function expectTooLong(bench: Bench, size: number): Promise<void> {
  const wire = await bench.open();
  const sent = joined(bench.ping, bench.ping, padded(bench, size), bench.ping);
  wire.send(sent);
  const expected = bench.reply(ANP).repeat(2) + CLOSED;
  bench.expect(`two requests, then a line of ${size} bytes`, expected, await bench.ended(wire));
}

function nested(depth: number): string {
  const brackets = "[".repeat(depth - 1) + "]".repeat(depth - 1);
  return ask(`"action":"check","targets":["@a"],"x":${brackets}`);
}

/** The checks of this file. */
export const limits: readonly Check[] = [
  {
    group,
    name: "a line of 65,535 bytes is answered",
    needs: [],
    async run(bench) {
      const wire = await bench.open();
      wire.send(padded(bench, LIMIT));
      bench.expect("a line of 65,535 bytes", bench.reply(ANP), await wire.line());
      await bench.stillThere(wire);
    },
  },
  {
    group,
    name: "a line of 65,536 bytes gets no reply and ends the connection",
    needs: [],
    async run(bench) {
      for (const size of [LIMIT + 1, LIMIT + 2, 100_000]) await expectTooLong(bench, size);
    },
  },
  {
    group,
    name: "a line that is too long ends the connection before the line is complete",
    needs: [],
    async run(bench) {
      const wire = await bench.open();
      wire.send(padded(bench, LIMIT + 1).subarray(0, LIMIT + 1));
      bench.expect("65,536 bytes without a line feed", CLOSED, await bench.ended(wire));
    },
  },
  {
    group,
    name: "JSON nested 10,000 deep is answered",
    needs: [],
    run: (bench) => bench.converse([{ send: nested(10_000), reply: ANP }]),
  },
  {
    group,
    name: "JSON nested deeper than 10,000 is malformed and closes the connection",
    needs: [],
    run: (bench) => bench.converse([{ send: nested(10_001), reply: MAL, closes: true }]),
  },
  {
    group,
    name: "a reply may be longer than any request: 1 MB",
    needs: ["read", "write"],
    async run(bench) {
      const value = "v".repeat(2_000);
      await bench.converse([
        { send: ask(`"action":"write","targets":["@v"],"values":["${value}"]`), reply: OK },
        {
          send: ask(`"action":"read","targets":[${Array(500).fill('"@v"').join()}]`),
          reply: found(...Array<string>(500).fill(hit("v", value))),
        },
      ]);
    },
  },
  {
    group,
    name: "connections beyond the limit are accepted and served when another one ends",
    needs: [],
    slow: true,
    run: expectConnectionLimit,
  },
];

async function expectConnectionLimit(bench: Bench): Promise<void> {
  const { maxConnections } = bench.settings;
  await bench.drop();
  const started = now();
  const wires: Wire[] = [];
  for (let i = 0; i < maxConnections; i++) wires.push(await bench.open());
  for (const [i, wire] of wires.entries()) {
    wire.send(bench.ping);
    const what = `a request on connection ${i + 1} of ${maxConnections}`;
    const observed = await wire.line();
    if (observed !== bench.reply(ANP)) bench.expect(what, bench.reply(ANP), observed);
  }
  const late = await bench.open();
  late.send(bench.ping);
  // Longer than a connection takes to be served.
  const pause = 500 + Math.min(5_000, 10 * (now() - started) / maxConnections);
  const early = await late.line(pause);
  bench.expect(
    `a request on connection ${maxConnections + 1}`,
    `[nothing more for ${pause} ms]`,
    early,
  );
  await wires.pop()!.close();
  bench.expect("the end of another connection", bench.reply(ANP), await late.line());
}
