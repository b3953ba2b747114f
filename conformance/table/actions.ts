/**
 * Reading, writing and deleting.
 *
 * @module
 */

import { hit, type Scenario, shuffled, then, WRITE_ABC, WRITE_PPQ } from "./exchange.ts";
import { found, INT, MAL, OK } from "./replies.ts";

const group = "protocol";
const A1 = hit("a", "1");
const B2 = hit("b", "2");
const C3 = hit("c", "3");
const PXY = found(hit("p:x", "4"), hit("p:y", "5"));

const reads: readonly Scenario[] = [
  {
    group,
    name: "read returns hits in the order of the targets and skips misses",
    needs: ["read", "write"],
    exchanges: [
      WRITE_ABC,
      then('"action":"read","targets":["@a"]', found(A1)),
      then('"action":"read","match":"exact","targets":["@c","@nope","@a"]', found(C3, A1)),
    ],
  },
  {
    group,
    name: "read of missing targets succeeds without results",
    needs: ["read"],
    exchanges: [then('"action":"read","targets":["@nope","@none"]', OK)],
  },
  {
    group,
    name: "read returns a target named twice twice",
    needs: ["read", "write"],
    exchanges: [WRITE_ABC, then('"action":"read","targets":["@a","@a"]', found(A1, A1))],
  },
  {
    group,
    name: "read leaves out the key value when the value is empty",
    needs: ["read", "write"],
    exchanges: [
      then('"action":"write","targets":["@empty"],"values":[""]', OK),
      then('"action":"read","targets":["@empty"]', found(hit("empty"))),
    ],
  },
  {
    group,
    name: "target names are case-sensitive",
    needs: ["read", "write"],
    exchanges: [
      WRITE_ABC,
      then('"action":"read","targets":["@A","@b"]', found(B2)),
      then('"action":"write","targets":["@A"],"values":["0"]', OK),
      then('"action":"delete","targets":["@A"]', OK),
      then('"action":"read","targets":["@a"]', found(A1)),
    ],
  },
  {
    group,
    name: "an empty match means exact",
    needs: ["read", "write"],
    exchanges: [
      then('"action":"write","targets":["@b","@bb"],"values":["2","3"]', OK),
      then('"action":"read","match":"","targets":["@b"]', found(B2)),
    ],
  },
  {
    group,
    name: "read without targets is malformed",
    needs: [],
    exchanges: [
      then('"action":"read"', MAL),
      then('"action":"read","targets":[]', MAL),
      then('"action":"read","targets":null', MAL),
      then('"action":"read","match":"prefix","targets":[]', MAL),
    ],
  },
  {
    group,
    name: "prefix read returns the names that begin with a prefix",
    needs: ["read", "write", "search"],
    exchanges: [WRITE_PPQ, shuffled('"action":"read","match":"prefix","targets":["@p:"]', PXY)],
  },
  {
    group,
    name: "prefix read with an empty prefix returns everything",
    needs: ["read", "write", "search"],
    exchanges: [
      WRITE_PPQ,
      shuffled(
        '"action":"read","match":"prefix","targets":[""]',
        found(hit("p:x", "4"), hit("p:y", "5"), hit("q", "6")),
      ),
    ],
  },
  {
    group,
    name: "prefixes are case-sensitive",
    needs: ["read", "write", "search"],
    exchanges: [
      WRITE_PPQ,
      then('"action":"read","match":"prefix","targets":["@P:","@q"]', found(hit("q", "6"))),
      then('"action":"search","targets":["@P:","@q"]', found(hit("q"))),
      then('"action":"delete","match":"prefix","targets":["@P:","@q"]', OK),
      then('"action":"read","targets":["@p:x","@p:y"]', PXY),
    ],
  },
  {
    group,
    name: "prefix read without a hit succeeds without results",
    needs: ["read", "search"],
    exchanges: [then('"action":"read","match":"prefix","targets":["@zzz"]', OK)],
  },
  {
    group,
    name: "overlapping prefixes return no duplicates",
    needs: ["read", "write", "search"],
    exchanges: [
      WRITE_PPQ,
      then(
        '"action":"read","match":"prefix","targets":["@p:x","@p:x","@p:x"]',
        found(hit("p:x", "4")),
      ),
      shuffled('"action":"read","match":"prefix","targets":["@p:","@p","@p:y"]', PXY),
    ],
  },
];

const writes: readonly Scenario[] = [
  {
    group,
    name: "write overwrites silently",
    needs: ["read", "write"],
    exchanges: [
      then('"action":"write","targets":["@a"],"values":["0"]', OK),
      then('"action":"write","targets":["@a"],"values":["1"]', OK),
      then('"action":"read","targets":["@a"]', found(A1)),
    ],
  },
  {
    group,
    name: "for a repeated target, write keeps the last value",
    needs: ["read", "write"],
    exchanges: [
      then('"action":"write","targets":["@b","@c","@b"],"values":["x","3","2"]', OK),
      then('"action":"read","targets":["@b","@c"]', found(B2, C3)),
    ],
  },
  {
    group,
    name: "attributes are accepted and never returned",
    needs: ["read", "write"],
    exchanges: [
      then('"action":"write","targets":["@a"],"values":["1"],"attributes":{"k":"v"}', OK),
      then('"action":"read","targets":["@a"],"attributes":{"other":null}', found(A1)),
    ],
  },
  {
    group,
    name: "write with lists of different lengths, or empty lists, is malformed",
    needs: [],
    exchanges: [
      then('"action":"write","targets":["@a"],"values":["1","2"]', MAL),
      then('"action":"write","targets":["@a","@b"],"values":["1"]', MAL),
      then('"action":"write","targets":["@a"]', MAL),
      then('"action":"write","targets":[],"values":[]', MAL),
      then('"action":"write"', MAL),
    ],
  },
  {
    group,
    name: "write by prefix is malformed",
    needs: [],
    exchanges: [then('"action":"write","match":"prefix","targets":["@a"],"values":["1"]', MAL)],
  },
];

const deletes: readonly Scenario[] = [
  {
    group,
    name: "delete removes what exists",
    needs: ["read", "write"],
    exchanges: [
      WRITE_ABC,
      then('"action":"delete","targets":["@a","@c"]', OK),
      then('"action":"read","targets":["@a","@b","@c"]', found(B2)),
    ],
  },
  {
    group,
    name: "delete of a missing target is an internal error",
    needs: ["write"],
    exchanges: [then('"action":"delete","targets":["@missing"]', INT)],
  },
  {
    group,
    name: "delete stops at the first missing target and does not undo earlier ones",
    needs: ["read", "write"],
    exchanges: [
      WRITE_ABC,
      then('"action":"delete","targets":["@a","@missing","@b"]', INT),
      then('"action":"read","targets":["@a","@b"]', found(B2)),
    ],
  },
  {
    group,
    name: "delete of a repeated target is an internal error",
    needs: ["read", "write"],
    exchanges: [
      WRITE_ABC,
      then('"action":"delete","targets":["@a","@a"]', INT),
      then('"action":"read","targets":["@a"]', OK),
    ],
  },
  {
    group,
    name: "prefix delete succeeds without hits",
    needs: ["write", "search"],
    exchanges: [then('"action":"delete","match":"prefix","targets":["@zzz"]', OK)],
  },
  {
    group,
    name: "prefix delete removes everything that begins with the prefix",
    needs: ["read", "write", "search"],
    exchanges: [
      then('"action":"write","targets":["@buster","@buster2","@b"],"values":["1","2","2"]', OK),
      then('"action":"delete","match":"prefix","targets":["@buster"]', OK),
      then('"action":"read","targets":["@buster","@buster2","@b"]', found(B2)),
    ],
  },
  {
    group,
    name: "delete without targets is malformed",
    needs: [],
    exchanges: [
      then('"action":"delete"', MAL),
      then('"action":"delete","targets":[]', MAL),
      then('"action":"delete","match":"prefix"', MAL),
    ],
  },
];

/** The scenarios of this file. */
export const actions: readonly Scenario[] = [...reads, ...writes, ...deletes];
