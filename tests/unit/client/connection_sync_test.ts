/** The connection of a synchronous client, frame by frame, and when it lets go of its socket. */
import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import { encodeFrame, Failure, type Outcome, ProtocolError, TimeoutError } from "../../../core.ts";
import { BlockingConnection } from "../../../src/client/connection_sync.ts";
import { UNLIMITED } from "../../../src/client/options.ts";
import { MAX_REPLY } from "../../../src/protocol/lines.ts";
import { SystemCallError } from "../../../src/transport.ts";
import { test } from "../../harness.ts";
import { keychain } from "../../support/keychain.ts";
import { type Answer, PlayedConnection } from "../../support/played_connection.ts";
import { OK } from "../../support/replies.ts";

/** A blocking connection to a far end that the test plays. */
function open(answer: Answer = keychain()): { far: PlayedConnection; near: BlockingConnection } {
  const far = new PlayedConnection(answer, undefined);
  return { far, near: new BlockingConnection(far.synchronous, MAX_REPLY) };
}

const read = (...targets: string[]) => encodeFrame({ action: "read", service: "S", targets });
const write = (target: string) =>
  encodeFrame({ action: "write", service: "S", targets: [target], values: ["1"] });

/** What became of requests: their status, or how they failed. */
function ends(outcomes: readonly Outcome[]): unknown[] {
  return outcomes.map((outcome) =>
    outcome instanceof Failure ? [outcome.kind, outcome.sent] : outcome.status
  );
}

/** What made the last of these requests fail. */
function causeOf(outcomes: readonly Outcome[]): unknown {
  const last = outcomes.at(-1);
  assertInstanceOf(last, Failure);
  return (last.error as Error).cause;
}

test("look() closes a connection that the daemon has closed, and leaves others alone", () => {
  const { far, near } = open();
  near.look();
  assertEquals([near.ended, far.closes], [false, 0]);
  far.end();
  near.look();
  assertEquals([near.ended, far.closes], [true, 1]);
  // One that has ended is not looked at: its descriptor may be another's.
  let looks = 0;
  const connection = { ...far.synchronous, quiet: () => (looks++, true) };
  const other = new BlockingConnection(connection, MAX_REPLY);
  other.close();
  other.look();
  assertEquals(looks, 0);
});

test("a connection that was closed is let go of at once, with its buffers", () => {
  const { unregister } = FinalizationRegistry.prototype;
  const tokens: unknown[] = [];
  FinalizationRegistry.prototype.unregister = function (token) {
    tokens.push(token);
    return unregister.call(this, token);
  };
  try {
    const { near } = open();
    near.close();
    near.close();
    assertEquals(tokens.length, 1);
    assert(tokens[0] === near.connection);
  } finally {
    FinalizationRegistry.prototype.unregister = unregister;
  }
});

test("what stands behind a lost request was not sent", () => {
  const { far, near } = open(() => undefined);
  far.onWrite = () => far.end();
  assertEquals(ends(near.send([write("A"), write("B")], UNLIMITED)), [
    ["lost", true],
    ["lost", false],
  ]);
  assertEquals(ends(near.send([read("A")], UNLIMITED)), [["lost", false]]);
});

test("what stands behind a late request is late as well, and not sent", () => {
  const { far, near } = open();
  far.onWrite = ({ length }) => length - 2;
  const outcomes = near.send([write("A"), write("B")], UNLIMITED);
  assertEquals(ends(outcomes), [["other", false], ["other", false]]);
  for (const outcome of outcomes) assertInstanceOf((outcome as Failure).error, TimeoutError);
  assertEquals([far.asked.length, far.closes], [0, 1]);
});

test("a lost request is told with what broke the connection: the write before the read", () => {
  const broken = new SystemCallError("send", "EPIPE", 0);
  const { far, near } = open();
  far.onWrite = () => {
    far.end();
    throw broken;
  };
  assertEquals(causeOf(near.send([read("A")], UNLIMITED)), broken);
  const reset = new SystemCallError("recv", "ECONNRESET");
  const other = open(() => undefined);
  other.far.onWrite = () => other.far.end(reset);
  assertEquals(causeOf(other.near.send([read("A")], UNLIMITED)), reset);
});

test("what came between two requests is told from the daemon's close", () => {
  for (const [extra, cause] of [[`${OK}\n`, ProtocolError], ["", undefined]] as const) {
    const { far, near } = open();
    // Behind the reply, once that was received.
    far.onRead = () => {
      far.onRead = () => {};
      if (extra === "") far.end();
      else far.say(extra);
    };
    const outcomes = near.send([read("A"), read("B")], UNLIMITED);
    assertEquals(ends(outcomes), ["success", ["lost", false]]);
    assertEquals((causeOf(outcomes) as Error | undefined)?.constructor, cause);
    assertEquals([far.asked.length, near.ended], [1, true]);
  }
});
