/**
 * What the policy allows, and how the rest is denied.
 *
 * @module
 */

import { type Exchange, raw, type Scenario, then } from "./exchange.ts";
import { ANP, MAL, SNA } from "./replies.ts";

const group = "policy";
const of = (service: string, members: string, reply: string): Exchange =>
  raw(`{"type":"REQUEST","service":"${service}",${members}}`, reply);
const READ = '"action":"read","targets":["@a"]';
const WRITE = '"action":"write","targets":["@a"],"values":["1"]';
const DELETE = '"action":"delete","targets":["@a"]';
const SEARCH = '"action":"search","targets":["@"]';
const PREFIX = '"match":"prefix","targets":["@"]';

/** The scenarios of this file. */
export const policy: readonly Scenario[] = [
  {
    group,
    name: "a service that is not listed is denied to read, write and delete",
    needs: ["policy"],
    exchanges: [of("~", READ, SNA), of("~", WRITE, SNA), of("~", DELETE, SNA)],
  },
  {
    group,
    name: "search of a service that is not listed is denied as an action",
    needs: ["policy"],
    exchanges: [of("~", SEARCH, ANP), of("~", '"action":"search"', ANP)],
  },
  {
    group,
    name: "prefix read and prefix delete of a service that is not listed are denied",
    needs: ["policy"],
    exchanges: [
      of("~", `"action":"read",${PREFIX}`, SNA),
      of("~", `"action":"delete",${PREFIX}`, SNA),
    ],
  },
  {
    group,
    name: "service names are case-sensitive",
    needs: ["policy", "letters"],
    exchanges: [
      of("^", READ, SNA),
      of("^", WRITE, SNA),
      of("^", DELETE, SNA),
      of("^", SEARCH, ANP),
    ],
  },
  {
    group,
    name: "service names have no wildcards",
    needs: ["policy"],
    exchanges: [of("*", READ, SNA), of("*", WRITE, SNA), of("*", SEARCH, ANP)],
  },
  {
    group,
    name: "a service whose name begins or ends with a listed one is another service",
    needs: ["policy"],
    exchanges: ["$~", "~$"].flatMap((longer) => [
      of(longer, READ, SNA),
      of(longer, WRITE, SNA),
      of(longer, DELETE, SNA),
      of(longer, SEARCH, ANP),
    ]),
  },
  {
    group,
    name: "a missing service is denied",
    needs: [],
    exchanges: [
      raw(`{"type":"REQUEST",${READ}}`, SNA),
      raw(`{"type":"REQUEST",${WRITE}}`, SNA),
      raw(`{"type":"REQUEST",${DELETE}}`, SNA),
      raw('{"type":"REQUEST","action":"search"}', ANP),
    ],
  },
  {
    group,
    name: "a malformed request is malformed whatever the policy says",
    needs: [],
    exchanges: [
      of("~", '"action":"read"', MAL),
      of("~", '"action":"nothing","targets":["@a"]', MAL),
      of("~", '"action":"search","match":"prefix"', MAL),
      raw('{"type":"REQUEST","action":"read"}', MAL),
    ],
  },
  {
    group,
    name: "search without can_search is denied as an action",
    needs: ["no search"],
    exchanges: [then(SEARCH, ANP), then('"action":"search"', ANP)],
  },
  {
    group,
    name: "prefix read without can_search is denied as an action",
    needs: ["no search"],
    exchanges: [then(`"action":"read",${PREFIX}`, ANP)],
  },
  {
    group,
    name: "prefix delete without can_search is denied as an action",
    needs: ["no search", "write"],
    exchanges: [then(`"action":"delete",${PREFIX}`, ANP)],
  },
  {
    group,
    name: "a service that may not be read is denied to read, and to search as an action",
    needs: ["no read"],
    exchanges: [then(READ, SNA), then(`"action":"read",${PREFIX}`, SNA), then(SEARCH, ANP)],
  },
  {
    group,
    name: "a service that may not be written is denied to write and delete",
    needs: ["no write"],
    exchanges: [then(WRITE, SNA), then(DELETE, SNA), then(`"action":"delete",${PREFIX}`, SNA)],
  },
];
