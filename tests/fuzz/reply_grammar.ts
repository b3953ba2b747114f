/** Replies by a grammar: most are what a daemon sends, many go wrong in one place. */
import type { Random } from "./random.ts";
import type { Asked } from "./reply_oracle.ts";

/** Stands in every value, and so must stand in no message. */
export const MARK = "s3cr3t";

const NAMES = [
  "A",
  "AB",
  "AB:c",
  "ABC",
  "ä",
  "😀",
  "😀x",
  "\0",
  "",
  "a<b>&\u2028",
  "__proto__",
  "toString",
  "value",
  "a".repeat(40),
];
const REASONS = [
  "malformed_request",
  "internal_error",
  "service_not_allowed",
  "action_not_in_policy",
  "unregistered_binary_pending_approval",
  "target_not_allowed",
  "something else",
  "",
];
const TAILS = ["", "\n\0", "ü", "😀", '"\\', "\ud800", "<é>".repeat(20), "[{,:"];
const WRONG = ["null", "true", "0", "-1.5e+3", '""', '"RESPONSE"', "[]", "{}", "[null]", '{"a":1}'];
const JUNK = ["", " ", "null", "[]", "{}", '"RESPONSE"', "\ufeff{}", "{", "}", "[[[[", "nul", "\r"];
const encoder = new TextEncoder();

/** One member of an object: its name, and its value as text. */
type Member = [name: string, value: string];

/** A request of any kind. */
export function anyRequest(random: Random): Asked {
  const action = random.pick([
    "read",
    "read",
    "read",
    "read",
    "search",
    "write",
    "delete",
    "check",
  ]);
  const match = random.chance(30) && action !== "write" ? "prefix" : "exact";
  const least = action === "search" ? 0 : 1;
  const targets = Array.from({ length: least + random.below(4) }, () => random.pick(NAMES));
  return { action, match, targets } as Asked;
}

/** One line that may answer the request, with its line feed. */
export function anyReply(random: Random, asked: Asked): Uint8Array {
  if (random.chance(4)) return encoder.encode(random.pick(JUNK) + "\n");
  const text = reply(random, random.chance(4) ? anyRequest(random) : asked);
  const bytes = encoder.encode(text + random.pick(["\n", "\n", "\n", "\r\n"]));
  return random.chance(10) ? damaged(random, bytes) : bytes;
}

function reply(random: Random, asked: Asked): string {
  const success = random.chance(75);
  const members: Member[] = [
    ["type", quoted(random, "RESPONSE")],
    ["status", quoted(random, success ? "success" : random.pick(["denied", "error"]))],
  ];
  if (success ? random.chance(2) : random.chance(95)) {
    members.push(["reason", quoted(random, random.pick(REASONS))]);
  }
  const brings = asked.action === "read" || asked.action === "search";
  if (success && brings ? random.chance(85) : random.chance(2)) {
    members.push(["results", results(random, asked)]);
  }
  return object(random, members);
}

function results(random: Random, asked: Asked): string {
  const exact = asked.action === "read" && asked.match === "exact";
  const list: string[] = [];
  const length = random.below(4);
  for (let at = 0; at < length; at++) {
    const start = asked.targets.length > 0 ? random.pick(asked.targets) : random.pick(NAMES);
    // Of each kind there is also what does not belong.
    const whole = exact !== random.chance(2) ? start : start + random.pick(NAMES);
    const target = random.chance(1) ? random.pick(NAMES) : whole;
    const members: Member[] = [["target", quoted(random, target)]];
    if (asked.action === "search" ? random.chance(1) : random.chance(90)) {
      members.push(["value", quoted(random, value(random, target))]);
    }
    if (random.chance(1)) members.push(["attributes", random.pick(['{"a":"b"}', ...WRONG])]);
    list.push(random.chance(1) ? random.pick(WRONG) : object(random, members));
  }
  return `[${list.join(random.chance(10) ? " , " : ",")}]`;
}

/** The same for the same name, as a rule. */
function value(random: Random, target: string): string {
  const tail = random.chance(3) ? random.pick(TAILS) : TAILS[target.length % TAILS.length]!;
  if (!random.chance(0.02)) return MARK + tail;
  // Longer than the buffers of the library, and characters lie across their ends.
  return MARK + tail + "<é😀>".repeat(8_000 + random.below(8_000));
}

function object(random: Random, members: Member[]): string {
  if (random.chance(6)) spoil(random, members);
  if (random.chance(20)) members.unshift(...members.splice(random.below(members.length)));
  const space = random.chance(10) ? random.pick([" ", "\t", "  ", "\r"]) : "";
  const text = members.map(([name, value]) =>
    `${space}${random.chance(3) ? quoted(random, name) : `"${name}"`}${space}:${space}${value}`
  );
  return `{${text.join(",")}${space}}`;
}

/** Changes one member, or adds one. */
function spoil(random: Random, members: Member[]): void {
  const at = random.below(members.length);
  const [name, value] = members[at]!;
  switch (random.below(7)) {
    case 0:
      members.splice(at, 1);
      break;
    case 1:
      members[at] = [name, random.pick(WRONG)];
      break;
    case 2:
      members[at] = [name.toUpperCase(), value];
      break;
    case 3:
      members.splice(random.below(members.length + 1), 0, [name, random.pick(WRONG)]);
      break;
    case 4:
      members.push([random.pick(["extra", "__proto__", "toJSON", "then"]), random.pick(WRONG)]);
      break;
    case 5:
      members[at] = ["__proto__", `{"${name}":${value}}`];
      break;
    case 6:
      members.push([name, value]);
  }
}

function quoted(random: Random, text: string): string {
  const plain = JSON.stringify(text);
  if (random.chance(90)) return plain;
  // As Go writes it, or escaped throughout.
  const special = random.chance(50) ? /[^ -~]|[<>&"\\]/g : /[^]/g;
  const escaped = text.replaceAll(special, (unit) => {
    return "\\u" + unit.charCodeAt(0).toString(16).padStart(4, "0");
  });
  return `"${escaped}"`;
}

/** One to three bytes are changed, lost, doubled or put in. */
function damaged(random: Random, bytes: Uint8Array): Uint8Array {
  const list = [...bytes];
  for (let left = 1 + random.below(3); left > 0; left--) {
    const at = random.below(list.length + 1);
    const byte = random.pick([
      0,
      9,
      10,
      13,
      32,
      34,
      44,
      92,
      123,
      125,
      0x80,
      0xc3,
      0xe2,
      0xed,
      0xf0,
    ]);
    switch (random.below(4)) {
      case 0:
        list[at] = random.chance(50) ? byte : random.below(256);
        break;
      case 1:
        list.splice(at, 1 + random.below(4));
        break;
      case 2:
        list.splice(at, 0, byte);
        break;
      case 3:
        list.splice(at, 0, ...list.slice(at, at + 1 + random.below(8)));
    }
  }
  return Uint8Array.from(list);
}
