/**
 * What the daemon tells an executable that is not approved.
 *
 * @module
 */

import { UNREG } from "../table/replies.ts";
import { CLOSED } from "../wire.ts";
import type { Check } from "./check.ts";

/** The checks of this file. */
export const unregistered: readonly Check[] = [
  {
    group: "policy",
    name: "an unregistered executable receives an unsolicited denial and is disconnected",
    needs: ["unregistered"],
    async run(bench) {
      const wire = await bench.open();
      bench.expect("", bench.reply(UNREG) + CLOSED, await bench.ended(wire));
    },
  },
  {
    group: "policy",
    name: "the first request of an unregistered executable gets the same answer once",
    needs: ["unregistered"],
    async run(bench) {
      // A request that is sent too late finds the connection closed, and the reply is lost.
      for (let tries = 10;; tries--) {
        const wire = await bench.open();
        wire.send(bench.ping);
        const observed = await bench.ended(wire);
        if (observed === CLOSED && tries > 1) continue;
        return bench.expect(bench.ping, bench.reply(UNREG) + CLOSED, observed);
      }
    },
  },
];
