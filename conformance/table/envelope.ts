/**
 * The envelope: refused requests that keep the connection, names of properties, nulls, and text.
 *
 * @module
 */

import {
  ask,
  hit,
  latin1Of,
  raw,
  type Scenario,
  shuffled,
  then,
  toBytes,
  WRITE_ABC,
} from "./exchange.ts";
import { found, MAL, OK, SNA } from "./replies.ts";

const group = "protocol";
const needs = ["read", "write"] as const;
const A1 = hit("a", "1");
const B2 = hit("b", "2");
const C3 = hit("c", "3");

const refused: readonly Scenario[] = [
  {
    group,
    name: "a type other than REQUEST is malformed and keeps the connection",
    needs: [],
    exchanges: [
      raw('{"type":"request","action":"read","service":"$","targets":["@a"]}', MAL),
      raw('{"type":"RESPONSE","action":"read","service":"$","targets":["@a"]}', MAL),
      raw('{"action":"read","service":"$","targets":["@a"]}', MAL),
      raw("{}", MAL),
    ],
  },
  {
    group,
    name: "an unknown action, or one in upper case, is malformed and keeps the connection",
    needs: [],
    exchanges: [
      then('"action":"READ","targets":["@a"]', MAL),
      then('"action":"list","targets":["@a"]', MAL),
      then('"action":null,"targets":["@a"]', MAL),
      then('"targets":["@a"]', MAL),
    ],
  },
  {
    group,
    name: "an unknown match, or one in upper case, is malformed and keeps the connection",
    needs: [],
    exchanges: [
      then('"action":"read","match":"PREFIX","targets":["@a"]', MAL),
      then('"action":"read","match":"suffix","targets":["@a"]', MAL),
    ],
  },
  {
    group,
    name: "a null line is malformed and keeps the connection",
    needs: [],
    exchanges: [raw("null", MAL), raw(" \tnull ", MAL)],
  },
  {
    group,
    name: "unknown properties are ignored",
    needs,
    exchanges: [
      WRITE_ABC,
      then('"action":"read","targets":["@a"],"id":7,"deep":{"er":[{"Action":"list"}]}', found(A1)),
    ],
  },
  {
    group,
    name: "white space around the JSON is accepted",
    needs,
    exchanges: [
      WRITE_ABC,
      raw(` \t${ask('"action": "read", "targets" : [ "@a" ]')} \r`, found(A1)),
    ],
  },
];

const read = (members: string): string => `{"type":"REQUEST","action":"read",${members}}`;

const propertyNames: readonly Scenario[] = [
  {
    group,
    name: "property names are case-insensitive",
    needs,
    exchanges: [
      WRITE_ABC,
      raw('{"TYPE":"REQUEST","Action":"read","SERVICE":"$","tArGeTs":["@a"]}', found(A1)),
    ],
  },
  {
    group,
    name: "property names fold as in Go: \u017f equals s, \u00fd does not equal y",
    needs,
    exchanges: [
      WRITE_ABC,
      raw(read('"\u017fervice":"$","targets":["@a"]'), found(A1)),
      raw(read('"service":"$","target\u017f":["@a"]'), found(A1)),
      raw('{"t\u00fdpe":"REQUEST","action":"read","service":"$","targets":["@a"]}', MAL),
    ],
  },
  {
    group,
    name: "property names may be escaped",
    needs,
    exchanges: [
      WRITE_ABC,
      raw('{"t\\u0079pe":"REQUEST","action":"read","service":"$","targets":["@a"]}', found(A1)),
    ],
  },
  {
    group,
    name: "the last of several properties wins, whatever its case",
    needs,
    exchanges: [
      WRITE_ABC,
      then('"action":"list","targets":["@a"],"Action":"read"', found(A1)),
      then('"action":"read","targets":["@a"],"ACTION":"list"', MAL),
      then('"action":"read","targets":["@a"],"match":"prefix","Match":"exact"', found(A1)),
      then('"action":"read","targets":["@a"],"TARGETS":["@b"]', found(B2)),
      then('"action":"read","targets":["@a"],"SERVICE":""', SNA),
      then('"action":"write","targets":["@v"],"values":["1"],"VALUES":["2"]', OK),
      then('"action":"read","targets":["@v"]', found(hit("v", "2"))),
      then('"action":"write","targets":["@v"],"ACTION":"delete"', OK),
      then('"action":"read","targets":["@v"]', OK),
    ],
  },
  {
    group,
    name: "a later null keeps a string and empties a list",
    needs,
    exchanges: [
      WRITE_ABC,
      then('"action":"read","targets":["@a"],"Action":null', found(A1)),
      then('"action":"read","targets":["@a"],"Targets":null', MAL),
      then('"action":"read","targets":["@a"],"Targets":[]', MAL),
      then('"action":"read","targets":["@a"],"values":null,"match":null', found(A1)),
      then('"action":"read","targets":["@a"],"attributes":null', found(A1)),
    ],
  },
  {
    group,
    name: "a null in a list keeps the earlier entry at its index",
    needs,
    exchanges: [
      WRITE_ABC,
      then('"action":"read","targets":["@a","@b"],"targets":["@a",null]', found(A1, B2)),
      then('"action":"read","targets":["@a","@b"],"TARGETS":[null]', found(A1)),
      then(
        '"action":"read","targets":["@a","@b"],"targets":["@c"],"targets":[null,null]',
        found(C3, B2),
      ),
      // Shuffled, because the service may already have a secret with an empty name.
      shuffled(
        '"action":"read","targets":["@a","@b"],"targets":[],"targets":["@c",null]',
        found(C3),
      ),
      shuffled(
        '"action":"read","targets":["@a","@b"],"targets":null,"targets":["@c",null]',
        found(C3),
      ),
    ],
  },
  {
    group,
    name: "a null in a list without an earlier entry is an empty string",
    needs,
    exchanges: [
      then('"action":"write","targets":["@n"],"values":[null]', OK),
      then('"action":"read","targets":["@n"]', found(hit("n"))),
    ],
  },
];

const text: readonly Scenario[] = [
  {
    group,
    name: "emoji, white space, control characters and NUL survive in values",
    needs,
    exchanges: [
      then(
        '"action":"write","targets":["@t"],"values":[" 😀\\u0000\\u007f\\t\\b\\f\\r\\/\\n"]',
        OK,
      ),
      then('"action":"read","targets":["@t"]', found(hit("t", " 😀\\u0000\x7f\\t\\b\\f\\r/\\n"))),
    ],
  },
  {
    group,
    name: "<, >, &, U+2028 and U+2029 come escaped",
    needs,
    exchanges: [
      then('"action":"write","targets":["@t"],"values":["<a href=\\"\\">&\u2028\u2029\\\\"]', OK),
      then(
        '"action":"read","targets":["@t"]',
        found(hit("t", '\\u003ca href=\\"\\"\\u003e\\u0026\\u2028\\u2029\\\\')),
      ),
      then('"action":"write","targets":["@<&>"],"values":["1"]', OK),
      then(
        '"action":"read","targets":["@<&>"]',
        found(hit("\\u003c\\u0026\\u003e", "1")),
      ),
    ],
  },
  {
    group,
    name: "a lone surrogate becomes U+FFFD",
    needs,
    exchanges: [
      then('"action":"write","targets":["@t"],"values":["\\ud83d\\ude00 \\ud83d \\ude00"]', OK),
      then('"action":"read","targets":["@t"]', found(hit("t", "😀 \uFFFD \uFFFD"))),
    ],
  },
  {
    group,
    name: "each byte that is not UTF-8 becomes U+FFFD",
    needs,
    exchanges: [
      {
        send: toBytes(
          latin1Of(
            new TextEncoder().encode(ask('"action":"write","targets":["@t"],"values":["'))
              .subarray(0, -1),
          ) + '\xf0\x9f\x98-\xff"]}',
        ),
        reply: OK,
      },
      then('"action":"read","targets":["@t"]', found(hit("t", "\uFFFD\uFFFD\uFFFD-\uFFFD"))),
    ],
  },
];

/** The scenarios of this file. */
export const envelope: readonly Scenario[] = [...refused, ...propertyNames, ...text];
