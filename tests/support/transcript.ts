/**
 * A conversation with a daemon that holds nothing yet, byte for byte: what is sent on a line, and
 * the line that comes back. Each exchange builds on those before it.
 */
import { ANP, found, INT, MAL, OK, SNA } from "./replies.ts";

/** One request and its reply. */
export interface Exchange {
  readonly send: string | Uint8Array;
  readonly reply: string;
  /** Whether the daemon closes the connection after it. */
  readonly closes?: boolean;
  /** Whether the results come in random order. */
  readonly shuffled?: boolean;
}

/** The members of a request besides its type and service. */
const ask = (members: string): string => `{"type":"REQUEST","service":"FactsTest",${members}}`;
const then = (members: string, reply: string): Exchange => ({ send: ask(members), reply });
const raw = (send: string, reply: string): Exchange => ({ send, reply });
/** Not to be decoded: refused, and the connection closed. */
const spoilt = (send: string | Uint8Array): Exchange => ({ send, reply: MAL, closes: true });
const shuffled = (members: string, results: string): Exchange => ({
  send: ask(members),
  reply: found(results),
  shuffled: true,
});
const bytes = (...parts: (string | number[])[]): Uint8Array =>
  Uint8Array.from(
    parts.flatMap((part) => typeof part === "string" ? [...new TextEncoder().encode(part)] : part),
  );
const nested = (depth: number): string =>
  ask(`"action":"read","targets":["a"],"x":${"[".repeat(depth - 1)}${"]".repeat(depth - 1)}`);

const A1 = '{"target":"a","value":"1"}';
const B2 = '{"target":"b","value":"2"}';
const C3 = '{"target":"c","value":"3"}';

const writesAndReads: readonly Exchange[] = [
  then('"action":"search"', OK),
  then('"action":"read","targets":["a"]', OK),
  then('"action":"write","targets":["a"],"values":["0"]', OK),
  then('"action":"write","targets":["a"],"values":["1"]', OK),
  then('"action":"write","targets":["b","c","b"],"values":["x","3","2"]', OK),
  then('"action":"read","targets":["a"]', found(A1)),
  then('"action":"read","match":"exact","targets":["c","nope","a"]', found(`${C3},${A1}`)),
  then('"action":"read","match":"","targets":["b"]', found(B2)),
  then('"action":"read","targets":["a","a"]', found(`${A1},${A1}`)),
  then('"action":"read","targets":["nope","none"]', OK),
  then('"action":"read","targets":["A"]', OK),
  then('"action":"write","targets":["empty"],"values":[""]', OK),
  then('"action":"read","targets":["empty"]', found('{"target":"empty"}')),
  then('"action":"write","targets":[""],"values":["no name"]', OK),
  then('"action":"read","targets":[""]', found('{"target":"","value":"no name"}')),
  then('"action":"delete","targets":[""]', OK),
  then('"action":"write","targets":["a"],"values":["1"],"attributes":{"k":"v"}', OK),
  then('"action":"read","targets":["a"],"attributes":{"other":null}', found(A1)),
];

const prefixesAndSearches: readonly Exchange[] = [
  then('"action":"write","targets":["p:x","p:y"],"values":["4","5"]', OK),
  shuffled('"action":"search"', names("a", "b", "c", "empty", "p:x", "p:y")),
  shuffled('"action":"search","targets":[]', names("a", "b", "c", "empty", "p:x", "p:y")),
  shuffled('"action":"search","targets":["p:"]', names("p:x", "p:y")),
  shuffled('"action":"search","match":"prefix","targets":["p:","a"]', names("a", "p:x", "p:y")),
  then('"action":"search","match":"exact","targets":["p:x"]', found(names("p:x"))),
  then('"action":"search","targets":["zzz"]', OK),
  then('"action":"search","match":"prefix"', MAL),
  then('"action":"search","targets":["a"],"attributes":{"k":"w"}', found(names("a"))),
  shuffled(
    '"action":"read","match":"prefix","targets":["p:"]',
    '{"target":"p:x","value":"4"},{"target":"p:y","value":"5"}',
  ),
  then(
    '"action":"read","match":"prefix","targets":["p:x","p:x","p:x"]',
    found('{"target":"p:x","value":"4"}'),
  ),
  then('"action":"read","match":"prefix","targets":["zzz"]', OK),
  then('"action":"read","match":"prefix","targets":[]', MAL),
  then('"action":"delete","match":"prefix","targets":["p:"]', OK),
  then('"action":"delete","match":"prefix","targets":["p:"]', OK),
  then('"action":"delete","match":"prefix"', MAL),
];

const deletes: readonly Exchange[] = [
  then('"action":"delete","targets":["empty"]', OK),
  then('"action":"delete","targets":["empty"]', INT),
  then('"action":"write","targets":["d1","d2"],"values":["1","2"]', OK),
  then('"action":"delete","targets":["d1","missing","d2"]', INT),
  then('"action":"read","targets":["d1","d2"]', found('{"target":"d2","value":"2"}')),
  then('"action":"delete","targets":["d2","d2"]', INT),
  then('"action":"read","targets":["d2"]', OK),
  then('"action":"delete"', MAL),
];

const policy: readonly Exchange[] = [
  raw('{"type":"REQUEST","action":"read","service":"Other","targets":["a"]}', SNA),
  raw('{"type":"REQUEST","action":"read","service":"factstest","targets":["a"]}', SNA),
  raw('{"type":"REQUEST","action":"read","targets":["a"]}', SNA),
  raw('{"type":"REQUEST","action":"write","service":"Other","targets":["a"],"values":["1"]}', SNA),
  raw('{"type":"REQUEST","action":"delete","service":"Other","targets":["a"]}', SNA),
  raw('{"type":"REQUEST","action":"search","service":"Other"}', ANP),
  raw('{"type":"REQUEST","action":"search"}', ANP),
  raw('{"type":"REQUEST","action":"read","service":"Other","match":"prefix","targets":[""]}', SNA),
  raw('{"type":"REQUEST","action":"read","service":"Other"}', MAL),
  then('"action":"check","targets":["a"]', ANP),
  then('"action":"check"', MAL),
];

const refused: readonly Exchange[] = [
  raw('{"type":"request","action":"read","service":"FactsTest","targets":["a"]}', MAL),
  raw('{"type":"RESPONSE","action":"read","service":"FactsTest","targets":["a"]}', MAL),
  raw('{"action":"read","service":"FactsTest","targets":["a"]}', MAL),
  raw("{}", MAL),
  raw("null", MAL),
  raw(" \tnull ", MAL),
  then('"action":"READ","targets":["a"]', MAL),
  then('"action":"list","targets":["a"]', MAL),
  then('"action":null,"targets":["a"]', MAL),
  then('"action":"read","match":"PREFIX","targets":["a"]', MAL),
  then('"action":"read"', MAL),
  then('"action":"read","targets":null', MAL),
  then('"action":"write","targets":["a"],"values":["1","2"]', MAL),
  then('"action":"write","targets":[],"values":[]', MAL),
  then('"action":"write","match":"prefix","targets":["a"],"values":["1"]', MAL),
];

const memberNames: readonly Exchange[] = [
  raw('{"TYPE":"REQUEST","Action":"read","SERVICE":"FactsTest","tArGeTs":["a"]}', found(A1)),
  raw('{"type":"REQUEST","action":"read","\u017fervice":"FactsTest","targets":["a"]}', found(A1)),
  raw('{"type":"REQUEST","action":"read","service":"FactsTest","target\u017f":["a"]}', found(A1)),
  raw('{"t\\u0079pe":"REQUEST","action":"read","service":"FactsTest","targets":["a"]}', found(A1)),
  raw('{"t\u00fdpe":"REQUEST","action":"read","service":"FactsTest","targets":["a"]}', MAL),
  then('"action":"list","targets":["a"],"Action":"read"', found(A1)),
  then('"action":"read","targets":["a"],"ACTION":"list"', MAL),
  then('"action":"read","targets":["a"],"action":"search"', found(names("a"))),
  then('"action":"read","targets":["a"],"Action":null', found(A1)),
  then('"action":"read","targets":["a"],"SERVICE":"Other"', SNA),
  then('"action":"read","targets":["a"],"match":"prefix","Match":"exact"', found(A1)),
  then('"action":"read","targets":["a"],"TARGETS":["b"]', found(B2)),
  then('"action":"read","targets":["a"],"Targets":null', MAL),
  then('"action":"read","targets":["a"],"Targets":[]', MAL),
  then('"action":"write","targets":["v"],"values":["1"],"VALUES":["2"]', OK),
  then('"action":"read","targets":["v"]', found('{"target":"v","value":"2"}')),
  then('"action":"write","targets":["v"],"ACTION":"delete"', OK),
  then('"action":"read","targets":["v"]', OK),
  then('"action":"read","targets":["a"],"id":7,"deep":{"er":[{"Action":"list"}]}', found(A1)),
];

const nulls: readonly Exchange[] = [
  then('"action":"read","targets":["a","b"],"targets":["a",null]', found(`${A1},${B2}`)),
  then('"action":"read","targets":["a","b"],"TARGETS":[null]', found(A1)),
  then(
    '"action":"read","targets":["a","b"],"targets":["c"],"targets":[null,null]',
    found(`${C3},${B2}`),
  ),
  then('"action":"read","targets":["a","b"],"targets":[],"targets":["c",null]', found(C3)),
  then('"action":"read","targets":["a","b"],"targets":null,"targets":["c",null]', found(C3)),
  then('"action":"read","targets":[null,"a"]', found(A1)),
  then('"action":"write","targets":["n"],"values":[null]', OK),
  then('"action":"read","targets":["n"]', found('{"target":"n"}')),
  then('"action":"delete","targets":["n"]', OK),
  then('"action":"read","targets":["a"],"values":null,"match":null,"attributes":null', found(A1)),
];

const text: readonly Exchange[] = [
  then('"action":"write","targets":["t"],"values":["😀\\n\\u0000\\u007f\\t\\b\\f\\r\\/"]', OK),
  then(
    '"action":"read","targets":["t"]',
    found('{"target":"t","value":"😀\\n\\u0000\x7f\\t\\b\\f\\r/"}'),
  ),
  then('"action":"write","targets":["t"],"values":["<a href=\\"\\">&\u2028\u2029\\\\"]', OK),
  then(
    '"action":"read","targets":["t"]',
    found(
      '{"target":"t","value":"\\u003ca href=\\"\\"\\u003e\\u0026\\u2028\\u2029\\\\"}',
    ),
  ),
  then('"action":"write","targets":["t"],"values":["\\ud83d\\ude00 \\ud83d \\ude00"]', OK),
  then('"action":"read","targets":["t"]', found('{"target":"t","value":"😀 \uFFFD \uFFFD"}')),
  {
    send: bytes(
      ask('"action":"write","targets":["t"],"values":["').slice(0, -1),
      [0xf0, 0x9f, 0x98],
      "-",
      [0xff],
      '"]}',
    ),
    reply: OK,
  },
  then(
    '"action":"read","targets":["t"]',
    found('{"target":"t","value":"\uFFFD\uFFFD\uFFFD-\uFFFD"}'),
  ),
  then('"action":"delete","targets":["t"]', OK),
  raw(` \t${ask('"action": "read" , "targets" : [ "a" ]')} \r`, found(A1)),
];

const undecodable: readonly Exchange[] = [
  spoilt(""),
  spoilt(" "),
  spoilt("{"),
  spoilt("REQUEST"),
  spoilt("nul"),
  spoilt("[]"),
  spoilt("7"),
  spoilt('"REQUEST"'),
  spoilt("true"),
  spoilt(`[${ask('"action":"search"')}]`),
  spoilt(`\uFEFF${ask('"action":"search"')}`),
  spoilt(`${ask('"action":"search"')}{}`),
  spoilt(ask('"action":"search",')),
  spoilt(ask("'action':'search'")),
  spoilt(ask('"action":"read","targets":["a\tb"]')),
  spoilt(ask('"action":"read","targets":["\\x41"]')),
  spoilt(ask('"action":"read","targets":"a"')),
  spoilt(ask('"action":"read","targets":{"0":"a"}')),
  spoilt(ask('"action":"read","targets":[1]')),
  spoilt(ask('"action":"read","targets":["a",["b"]]')),
  spoilt(ask('"action":1,"targets":["a"]')),
  spoilt(ask('"action":"read","targets":["a"],"match":true')),
  spoilt(ask('"action":"read","targets":["a"],"SERVICE":["FactsTest"]')),
  spoilt(ask('"action":"read","targets":["a"],"VALUES":3')),
  spoilt(ask('"action":"read","targets":["a"],"Target\u017f":3,"targets":["a"]')),
  spoilt(ask('"action":"read","targets":["a"],"attributes":"x"')),
  spoilt(ask('"action":"read","targets":["a"],"attributes":{"k":1}')),
  { send: nested(10_000), reply: found(A1) },
  spoilt(nested(10_001)),
];

function names(...targets: string[]): string {
  return targets.map((target) => `{"target":"${target}"}`).join();
}

/** The whole conversation, on one connection until the daemon closes it, then on the next. */
export const transcript: readonly Exchange[] = [
  ...writesAndReads,
  ...prefixesAndSearches,
  ...deletes,
  ...policy,
  ...refused,
  ...memberNames,
  ...nulls,
  ...text,
  ...undecodable,
  then('"action":"read","targets":["c"]', found(C3)),
];
