/**
 * Lines that cannot be decoded: refused once, and the connection is closed. Later requests are
 * never answered.
 *
 * @module
 */

import { ask, type Exchange, type Scenario, spoilt } from "./exchange.ts";

const scenario = (name: string, ...exchanges: Exchange[]): Scenario => ({
  group: "protocol",
  name: `${name} is malformed and closes the connection`,
  needs: [],
  exchanges,
});

/** The scenarios of this file. */
export const undecodable: readonly Scenario[] = [
  scenario("an empty line", spoilt(""), spoilt(" ")),
  scenario(
    "a line that is not JSON",
    spoilt("{"),
    spoilt("REQUEST"),
    spoilt("nul"),
    spoilt(ask('"action":"search",')),
    spoilt(ask("'action':'search'")),
    spoilt(ask('"action":"read","targets":["a\tb"]')),
    spoilt(ask('"action":"read","targets":["\\x41"]')),
  ),
  scenario(
    "a JSON value that is not an object",
    spoilt("[]"),
    spoilt("7"),
    spoilt('"REQUEST"'),
    spoilt("true"),
    spoilt(`[${ask('"action":"search"')}]`),
  ),
  scenario("a byte order mark", spoilt(`\uFEFF${ask('"action":"search"')}`)),
  scenario("a second value on the line", spoilt(`${ask('"action":"search"')}{}`)),
  scenario(
    "a property of the wrong type",
    spoilt(ask('"action":"read","targets":"a"')),
    spoilt(ask('"action":"read","targets":{"0":"a"}')),
    spoilt(ask('"action":1,"targets":["a"]')),
    spoilt(ask('"action":"read","targets":["a"],"values":"b"')),
    spoilt('{"type":1,"action":"read","service":"$","targets":["a"]}'),
    spoilt('{"type":"REQUEST","action":"read","service":1,"targets":["a"]}'),
    spoilt(ask('"action":"read","targets":["a"],"match":true')),
  ),
  scenario(
    "an entry of the wrong type",
    spoilt(ask('"action":"read","targets":[1]')),
    spoilt(ask('"action":"read","targets":["a",["b"]]')),
  ),
  scenario(
    "a property of the wrong type in another case",
    spoilt(ask('"action":"read","targets":["a"],"SERVICE":["$"]')),
    spoilt(ask('"action":"read","targets":["a"],"VALUES":3')),
    spoilt(ask('"action":"read","targets":["a"],"Target\u017f":3,"targets":["a"]')),
  ),
  scenario(
    "an attribute of the wrong type",
    spoilt(ask('"action":"read","targets":["a"],"attributes":"x"')),
    spoilt(ask('"action":"read","targets":["a"],"attributes":{"k":1}')),
  ),
];
