/**
 * How connections begin, exist side by side, and end.
 *
 * @module
 */

import { now } from "../../src/clock.ts";
import { type Bench, joined } from "../bench.ts";
import { ask, hit } from "../table/exchange.ts";
import { ANP, found, OK } from "../table/replies.ts";
import { CLOSED } from "../wire.ts";
import type { Check } from "./check.ts";

const group = "lifetime";

/** The checks of this file. */
export const lifetime: readonly Check[] = [
  {
    group,
    name: "a silent connection receives nothing",
    needs: [],
    async run(bench) {
      const wire = await bench.open();
      await bench.sleep(200);
      wire.send(bench.ping);
      bench.expect(bench.ping, bench.reply(ANP), await wire.line());
    },
  },
  {
    group,
    name: "after a half-close, complete requests are answered and the connection is closed",
    needs: ["unix"],
    async run(bench) {
      const wire = await bench.open();
      const sent = joined(bench.ping, bench.ping);
      wire.send(sent);
      wire.end();
      bench.expect(sent, bench.reply(ANP).repeat(2) + CLOSED, await bench.ended(wire));
    },
  },
  {
    group,
    name: "after a half-close, a last line without a line feed is answered",
    needs: ["unix"],
    async run(bench) {
      const wire = await bench.open();
      const sent = bench.ping.subarray(0, -1);
      wire.send(sent);
      wire.end();
      bench.expect(sent, bench.reply(ANP) + CLOSED, await bench.ended(wire));
    },
  },
  {
    group,
    name: "after a half-close without a request, the connection is closed silently",
    needs: ["unix"],
    async run(bench) {
      const wire = await bench.open();
      wire.end();
      bench.expect("", CLOSED, await bench.ended(wire));
    },
  },
  {
    group,
    name: "connections are answered independently",
    needs: [],
    async run(bench) {
      const [half, whole] = [await bench.open(), await bench.open()];
      const { ping } = bench;
      half.send(ping.subarray(0, 20));
      whole.send(ping);
      bench.expect(ping, bench.reply(ANP), await whole.line());
      half.send(ping.subarray(20));
      bench.expect(ping, bench.reply(ANP), await half.line());
    },
  },
  {
    group,
    name: "a written value is visible to the next connection",
    needs: ["read", "write"],
    async run(bench) {
      const [one, other] = [await bench.open(), await bench.open()];
      const write = bench.line(ask('"action":"write","targets":["@w"],"values":["1"]'));
      one.send(write);
      bench.expect(write, bench.reply(OK), await one.line());
      const read = bench.line(ask('"action":"read","targets":["@w"]'));
      other.send(read);
      bench.expect(read, bench.reply(found(hit("w", "1"))), await other.line());
    },
  },
  {
    group,
    name: "an idle connection is closed silently after its time",
    needs: ["unix"],
    slow: true,
    run: (bench) => expectIdle(bench, ""),
  },
  {
    group,
    name: "incomplete lines do not keep a connection open",
    needs: ["unix"],
    slow: true,
    run: (bench) => expectIdle(bench, "{"),
  },
  {
    group,
    name: "a complete line keeps a connection open",
    needs: ["unix"],
    slow: true,
    async run(bench) {
      const { idleTimeout } = bench.settings;
      const wire = await bench.open();
      const end = now() + 1.4 * idleTimeout;
      do {
        wire.send(bench.ping);
        const observed = await wire.line();
        if (observed !== bench.reply(ANP)) bench.expect(bench.ping, bench.reply(ANP), observed);
        await bench.sleep(idleTimeout / 5);
      } while (now() < end);
      bench.expect(bench.ping, bench.reply(ANP), bench.reply(ANP));
    },
  },
];

/** Waits for the end of a connection that sends no complete line. */
async function expectIdle(bench: Bench, part: string): Promise<void> {
  const { idleTimeout, timeout } = bench.settings;
  const wire = await bench.open();
  wire.send(bench.ping);
  bench.expect(bench.ping, bench.reply(ANP), await wire.line());
  const started = now();
  let observed = "";
  while (!wire.over && now() - started < idleTimeout + timeout) {
    wire.send(part);
    observed += (await wire.rest(idleTimeout / 5)).replace(/\[nothing more.*/, "");
  }
  const lasted = Math.round(now() - started);
  if (!wire.over) observed += `[open after ${lasted} ms]`;
  else if (lasted < 0.8 * idleTimeout) observed += ` after ${lasted} ms`;
  bench.expect(`no complete line for ${idleTimeout} ms`, CLOSED, observed);
}
