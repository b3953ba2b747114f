/** The reply to a read of one secret is recognised without parsing it; parsing has to agree. */
import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { encodeFrame, type Frame } from "../../src/protocol/encode.ts";
import { readReply } from "../../src/protocol/reply.ts";
import { ProtocolError } from "../../mod.ts";
import { test } from "../harness.ts";
import { found } from "../support/replies.ts";

function read(frame: Frame, reply: string): unknown {
  try {
    return readReply(frame, reply, true);
  } catch (error) {
    assert(error instanceof ProtocolError, String(error));
    return "refused";
  }
}

/** Reads a reply both ways. @returns What both gave. */
function readBothWays(target: string, reply: string): unknown {
  const frame = encodeFrame({ action: "read", service: "S", targets: [target] });
  const parsed = read({ ...frame, quoted: undefined }, reply);
  assertEquals(read(frame, reply), parsed, JSON.stringify(reply));
  return parsed;
}

const replyOf = (target: string, value: string): string =>
  found(`{"target":${JSON.stringify(target)},"value":${JSON.stringify(value)}}`);

test("the reply to one read is understood as JSON is, whatever its name and value", () => {
  const text = fc.oneof(fc.string({ unit: "binary", maxLength: 9 }), fc.string());
  fc.assert(fc.property(text, text, (target, value) => {
    const reply = readBothWays(target, replyOf(target, value));
    assertEquals(reply, {
      type: "RESPONSE",
      status: "success",
      results: [{ target: target, value: value }],
    });
  }));
});

test("a damaged reply to one read is refused or understood as JSON is", () => {
  for (const value of ["", "v", 'a"b', "a\\b", "</é😀"]) {
    const reply = replyOf("T", value);
    for (let at = 0; at < reply.length; at++) {
      for (const piece of ["", '"', "\\", "\n", "\t", "\0", "}", "x", "é", '"}]}']) {
        readBothWays("T", reply.slice(0, at) + piece + reply.slice(at + 1));
        readBothWays("T", reply.slice(0, at) + piece + reply.slice(at));
      }
    }
  }
});

test("the reply to one read is refused when it names another secret", () => {
  for (const other of ["U", "TT", "", 'T"']) {
    assertEquals(readBothWays("T", replyOf(other, "v")), "refused");
  }
});
