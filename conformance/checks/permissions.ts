/**
 * Which permission decides about which request, regardless of this caller's permissions.
 *
 * @module
 */

import type { Bench } from "../bench.ts";
import { ask } from "../table/exchange.ts";
import { ANP, OK, SNA } from "../table/replies.ts";
import type { Check } from "./check.ts";

const group = "policy";
const SEARCH = ask('"action":"search","targets":["@none"]');
const PREFIX_READ = ask('"action":"read","match":"prefix","targets":["@none"]');
const PREFIX_DELETE = ask('"action":"delete","match":"prefix","targets":["@none"]');

/**
 * Checks that `can_search` allows both requests or neither, and ignores the rest of the replies.
 */
async function expectAlike(bench: Bench, one: string, other: string): Promise<void> {
  const denial = bench.reply(ANP);
  const denied = await answerTo(bench, one) === denial;
  const observed = await answerTo(bench, other);
  const expected = denied ? denial : bench.reply(OK);
  bench.expect(bench.line(other), expected, observed, (observed === denial) === denied);
}

async function answerTo(bench: Bench, request: string): Promise<string> {
  const wire = await bench.shared();
  wire.send(bench.line(request));
  return await wire.line();
}

/** The checks of this file. */
export const permissions: readonly Check[] = [
  {
    group,
    name: "one permission allows search and prefix read",
    needs: ["read"],
    run: (bench) => expectAlike(bench, SEARCH, PREFIX_READ),
  },
  {
    group,
    name: "one permission allows prefix read and prefix delete",
    needs: ["read", "write"],
    run: (bench) => expectAlike(bench, PREFIX_READ, PREFIX_DELETE),
  },
  {
    group,
    name: "a service that may be searched may be read",
    needs: ["search"],
    async run(bench) {
      const read = ask('"action":"read","targets":["@none"]');
      const observed = await answerTo(bench, read);
      bench.expect(bench.line(read), bench.reply(OK), observed, observed !== bench.reply(SNA));
    },
  },
  {
    group,
    name: "an exact read, write or delete is never denied as an action",
    needs: [],
    async run(bench) {
      for (
        const members of [
          '"action":"read","targets":["@x"]',
          '"action":"write","targets":["@x"],"values":["1"]',
          '"action":"delete","targets":["@x"]',
        ]
      ) {
        const observed = await answerTo(bench, ask(members));
        const expected = `${bench.reply(OK)} or ${bench.reply(SNA)}`;
        bench.expect(bench.line(ask(members)), expected, observed, observed !== bench.reply(ANP));
      }
    },
  },
];
