/**
 * A conversation with a daemon that holds nothing yet, byte for byte: the table of the conformance
 * kit, and what can be asked of a service only when it holds nothing else. Each exchange builds on
 * those before it.
 */
import { inOrder } from "../../conformance/compare.ts";
import {
  ask,
  bytesOf,
  type Condition,
  type Exchange,
  filled,
  hit,
  raw,
  type Scenario,
  shuffled,
  spoilt,
  then,
} from "../../conformance/table/exchange.ts";
import { scenarios } from "../../conformance/table/mod.ts";
import { SERVICE } from "./endpoint.ts";
import { found, OK } from "./replies.ts";

/** One request and its reply, with their line feeds. Text is bytes, one character each. */
export interface Spoken {
  readonly send: Uint8Array;
  readonly reply: string;
  readonly closes: boolean;
  /** A reply with its results in one order, where the daemon gives them in any. */
  order(reply: string): string;
}

/** What does not hold for a caller who may do everything. */
const RESTRICTED: readonly Condition[] = ["no search", "no read", "no write", "unregistered"];

const nested = (depth: number): string =>
  ask(`"action":"read","targets":["@a"],"x":${"[".repeat(depth - 1)}${"]".repeat(depth - 1)}`);

const first: readonly Exchange[] = [
  then('"action":"search"', OK),
  then('"action":"search","targets":[]', OK),
  then('"action":"read","match":"prefix","targets":[""]', OK),
  then('"action":"write","targets":[""],"values":["no name"]', OK),
  then('"action":"read","targets":[""]', found('{"target":"","value":"no name"}')),
  then('"action":"search"', found('{"target":""}')),
  then('"action":"delete","targets":[""]', OK),
  then('"action":"write","targets":["@a","@b"],"values":["1","2"]', OK),
  shuffled(
    '"action":"read","match":"prefix","targets":[""]',
    found(`${hit("a", "1")},${hit("b", "2")}`),
  ),
  raw(nested(10_000), found(hit("a", "1"))),
  spoilt(nested(10_001)),
  then('"action":"delete","match":"prefix","targets":[""]', OK),
  then('"action":"search"', OK),
];

/** The whole conversation, on one connection until the daemon closes it, then on the next. */
export const transcript: readonly Spoken[] = [
  ...first.map((exchange) => spoken(exchange, "first:")),
  ...scenarios.filter(isOpen).flatMap(({ exchanges }, index) =>
    exchanges.map((exchange) => spoken(exchange, `${index}:`))
  ),
];

function isOpen({ needs }: Scenario): boolean {
  return !needs.some((condition) => RESTRICTED.includes(condition));
}

function spoken({ send, reply, closes = false, ...exchange }: Exchange, prefix: string): Spoken {
  const names = { prefix, service: SERVICE, unlisted: "Other" };
  return {
    send: Uint8Array.from([...bytesOf(send, names), 10]),
    reply: `${filled(reply, names)}\n`,
    closes,
    order: (text) => exchange.shuffled ? inOrder(text, prefix) : text,
  };
}
