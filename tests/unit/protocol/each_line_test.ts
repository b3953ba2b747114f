/** Each received line is judged by itself, wherever the reads cut the stream. */
import { assert, assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { encodeFrame, type Outcome, parseResponse } from "../../../core.ts";
import { DaemonError, DeniedError, ProtocolError } from "../../../mod.ts";
import { Failure } from "../../../src/protocol/outcome.ts";
import { Pipeline } from "../../../src/protocol/pipeline.ts";
import { test } from "../../harness.ts";

const encoder = new TextEncoder();
const NOT_UTF8 = Uint8Array.of(0x7b, 0xff, 0xfe, 0xc3, 0x7d, 10);

function reply(value: string): Uint8Array {
  const results = [{ target: "A", value }];
  return encoder.encode(JSON.stringify({ type: "RESPONSE", status: "success", results }) + "\n");
}

/** Feeds reads of the given sizes to a pipeline that awaits two replies. */
function outcomesOf(stream: Uint8Array, sizes: (at: number) => number): (Outcome | undefined)[] {
  const pipeline = new Pipeline(64 * 1024 * 1024);
  const outcomes: (Outcome | undefined)[] = [undefined, undefined];
  for (const at of [0, 1]) {
    const frame = encodeFrame({ action: "read", service: "S", targets: ["A"] });
    pipeline.add(frame, { at: Infinity, timeout: 1 }, 0, (outcome) => outcomes[at] = outcome);
  }
  pipeline.next();
  for (let at = 0; at < stream.length;) {
    const space = pipeline.space();
    const part = stream.subarray(at, at + Math.min(space.length, Math.max(1, sizes(at))));
    space.set(part);
    at += part.length;
    const end = pipeline.received(part.length);
    if (end !== undefined) {
      pipeline.end(end);
      break;
    }
  }
  return outcomes;
}

for (const [what, size] of [["short", 10], ["64 kB", 65_536], ["long", 400_000]] as const) {
  for (const character of ["x", "ä", "€", "🔑", "\ufffd"]) {
    test(`a sound ${what} reply of ${JSON.stringify(character)} is delivered before a line that is not UTF-8`, () => {
      for (let more = 0; more < 5; more++) {
        const value = "x".repeat(more) + character.repeat(size / encoder.encode(character).length);
        const sound = reply(value);
        const stream = new Uint8Array(sound.length + NOT_UTF8.length);
        stream.set(sound);
        stream.set(NOT_UTF8, sound.length);
        const cuts = [
          () => Infinity,
          () => 65_536 - 1,
          () => 16_384 + 1,
          // The last read holds the end of the one line and all of the other.
          (at: number) => at < sound.length - 7 ? sound.length - 7 - at : Infinity,
          (at: number) => at < sound.length - 1 ? sound.length - 1 - at : Infinity,
          (at: number) => at < sound.length + 2 ? sound.length + 2 - at : Infinity,
        ];
        for (const sizes of cuts) {
          const [first, second] = outcomesOf(stream, sizes);
          assert(first !== undefined && !(first instanceof Failure), "the sound reply is refused");
          assertEquals(first.results?.[0]?.value === value, true);
          assertInstanceOf(second, Failure);
          assertInstanceOf(second.error, ProtocolError);
        }
      }
    });
  }
}

test("a reason shows in a message as one short line of printable characters", () => {
  const hostile = [
    "line\nType: rm -rf ~",
    "\r\u001b[2J\u0007",
    "\u009b31m\u0085",
    "\u202egnihton\u2066\u200f\u2028\u2029\ufeff\u00ad",
    "x".repeat(3_000_000),
    "\ud800",
    "🔑".repeat(80),
  ];
  for (const reason of hostile) {
    for (const error of [new DaemonError(reason, "read"), new DeniedError(reason, "S", "read")]) {
      assertEquals(error.reason, reason);
      assert(error.message.length < 1_500, "the message is long");
      assertEquals(/[\p{Cc}\p{Bidi_Control}\u2028\u2029\ufeff\u00ad]/u.exec(error.message), null);
      assert(error.message.isWellFormed());
    }
  }
  assert(new DaemonError("internal_error", "read").message.includes("internal_error"));
  assert(new DaemonError("größer 🔑", "read").message.includes("größer 🔑"));
});

test("a reply of more than 300,000 parts is refused before it is parsed", () => {
  const head = '{"type":"RESPONSE","status":"success","results":[';
  // Shorter ones are not counted.
  const long = (item: string) => {
    const count = Math.max(300_000, Math.ceil(4_200_000 / (item.length + 1)));
    return `${head}${`${item},`.repeat(count)}${item}]}`;
  };
  const keys = Array.from({ length: 700_000 }, (_, at) => `"k${at}":1`).join(",");
  for (
    const line of [
      long('{"target":""}'),
      long('{"target":"A","value":"v"}'),
      long('{"t\\u0061rget":"\\\\"}'),
      long('{"target":"\\\\\\"A"}'),
      long("0"),
      long("[]"),
      `{"type":"RESPONSE","status":"success",${keys}}`,
    ]
  ) {
    let error: unknown;
    try {
      parseResponse(line);
    } catch (problem) {
      error = problem;
    }
    assertInstanceOf(error, ProtocolError);
    assert(error.message.includes("300000 parts"), error.message);
  }
});

test("a reply of many different names is refused before it is parsed", () => {
  // They take several times as long as that many secrets.
  const names = (end: string) => Array.from({ length: 150_000 }, (_, at) => `"name ${at}"${end}`);
  const attributes = names(':""').join();
  for (
    const rest of [
      names(":1").join(),
      names(" :[]").join(),
      `"results":[{"target":"T","attributes":{${attributes}}}]`,
      `"x":[${names(":1").map((name) => `{${name}}`).join()}]`,
    ]
  ) {
    const line = `{"type":"RESPONSE","status":"success",${rest}}`;
    assertThrows(() => parseResponse(line), ProtocolError, "300000 parts");
  }
});

test("a reply of many numbers is refused before it is parsed, however they are written", () => {
  // Deno takes seconds for numbers whose hashes collide.
  const head = '{"type":"RESPONSE","status":"success","results":[';
  const numbers = (count: number) => Array.from({ length: count }, (_, at) => `${(at + 1) << 16}`);
  const secret = (name: string) => `{"target":"${name}","value":"v"}`;
  for (
    const items of [
      numbers(9_200).map(secret),
      numbers(9_200).map((number) => secret(number.replace("6", "\\u0036"))),
      numbers(9_500).map((number) => `{"target":"${number}"}`),
      numbers(9_200).map((number) => `{"target":"A","value":"${number}"}`),
      numbers(9_800).map((number) => `"${number}"`),
    ]
  ) {
    assertThrows(() => parseResponse(`${head}${items.join()}]}`), ProtocolError, "300000 parts");
  }
  // One request has room for 8,191 such names.
  const asked = `${head}${numbers(8_191).map(secret).join()}]}`;
  assertEquals(parseResponse(asked).results?.length, 8_191);
  const long = Array.from({ length: 20_000 }, (_, at) => secret(`number ${at << 16}`));
  assertEquals(parseResponse(`${head}${long.join()}]}`).results?.length, 20_000);
});

test("colons that follow no name are parts of a reply", () => {
  const line = `{"type"${":".repeat(1_000_000)}`;
  assertThrows(() => parseResponse(line), ProtocolError, "300000 parts");
});

test("long values, whatever they hold, and 100,000 secrets are no million parts", () => {
  const value = '[{",\\'.repeat(1_000_000);
  const line = JSON.stringify({
    type: "RESPONSE",
    status: "success",
    results: [{ target: "A", value }, { target: "B", value: value + "\\" }],
  });
  assertEquals(parseResponse(line).results?.[0]?.value === value, true);
  const results = Array.from({ length: 99_990 }, (_, at) => ({ target: `T${at}`, value: "," }));
  const many = JSON.stringify({ type: "RESPONSE", status: "success", results });
  assertEquals(parseResponse(many).results?.length, 99_990);
});
