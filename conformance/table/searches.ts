/**
 * Searching, and the action that no client may use.
 *
 * @module
 */

import { type Exchange, hit, type Scenario, shuffled, then, WRITE_PPQ } from "./exchange.ts";
import { ANP, found, MAL, OK } from "./replies.ts";

const group = "protocol";
const names = (...targets: string[]): string => found(...targets.map((target) => hit(target)));
const PQ = names("p:x", "p:y", "q");
const mine = (...exchanges: Exchange[]): Pick<Scenario, "group" | "needs" | "exchanges"> => ({
  group,
  needs: ["write", "search"],
  exchanges: [WRITE_PPQ, ...exchanges],
});

/** The scenarios of this file. */
export const searches: readonly Scenario[] = [
  { name: "search returns names without values", ...mine(shuffled(search("@"), PQ)) },
  {
    name: "search without targets, or with none, returns all names",
    ...mine(
      shuffled('"action":"search"', PQ),
      shuffled('"action":"search","targets":[]', PQ),
      shuffled(search(""), PQ),
    ),
  },
  {
    name: "search treats targets as prefixes, whatever match says",
    ...mine(
      shuffled(search("@p:"), names("p:x", "p:y")),
      shuffled('"action":"search","match":"exact","targets":["@p:"]', names("p:x", "p:y")),
      shuffled('"action":"search","match":"prefix","targets":["@p:y","@q"]', names("p:y", "q")),
    ),
  },
  {
    name: "search ignores attributes",
    ...mine(shuffled(`${search("@q")},"attributes":{"k":"w"}`, names("q"))),
  },
  {
    group,
    name: "search without a hit succeeds without results",
    needs: ["search"],
    exchanges: [then(search("@zzz"), OK)],
  },
  {
    group,
    name: "prefix search without targets is malformed",
    needs: [],
    exchanges: [
      then('"action":"search","match":"prefix"', MAL),
      then('"action":"search","match":"prefix","targets":[]', MAL),
    ],
  },
  {
    group,
    name: "check is denied to every client",
    needs: [],
    exchanges: [then('"action":"check","targets":["@a"]', ANP), then('"action":"check"', MAL)],
  },
];

function search(target: string): string {
  return `"action":"search","targets":["${target}"]`;
}
