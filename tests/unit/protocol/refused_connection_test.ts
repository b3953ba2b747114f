/** Only a denial, or an error right before the close, speaks for the requests behind it. */
import { assertEquals, assertInstanceOf } from "@std/assert";
import { DaemonError } from "../../../mod.ts";
import { encodeFrame, Failure, MAX_REPLY, type Outcome, Pipeline } from "../../../core.ts";
import { test } from "../../harness.ts";

/** What three reads get when a daemon answers with these lines and closes. */
function outcomesOf(...lines: string[]): Outcome[] {
  const pipeline = new Pipeline(MAX_REPLY);
  const outcomes: Outcome[] = [];
  for (const at of [0, 1, 2]) {
    const frame = encodeFrame({ action: "read", service: "S", targets: ["A"] });
    pipeline.add(frame, undefined, 0, (outcome) => outcomes[at] = outcome);
  }
  pipeline.next();
  const text = lines.map((line) => line + "\n").join("");
  const { written } = new TextEncoder().encodeInto(text, pipeline.space());
  pipeline.end(pipeline.received(written) ?? ((sent) => Failure.lost(sent)));
  return outcomes;
}

const reply = (status: string, reason: string) =>
  JSON.stringify({ type: "RESPONSE", status, reason });
const kinds = (outcomes: Outcome[]) =>
  outcomes.map((outcome) => outcome instanceof Failure ? outcome.kind : outcome.status);

test("an internal error and a close refuse the requests behind it", () => {
  const outcomes = outcomesOf(reply("error", "internal_error"));
  assertEquals(kinds(outcomes), ["error", "refused", "refused"]);
  assertInstanceOf((outcomes[1] as Failure).error, DaemonError);
});

test("an internal error before an unsound reply refuses nothing", () => {
  const outcomes = outcomesOf(reply("error", "internal_error"), "{}");
  assertEquals(kinds(outcomes), ["error", "other", "lost"]);
});

test("a denial with the reason internal_error refuses nothing", () => {
  assertEquals(kinds(outcomesOf(reply("denied", "internal_error"))), ["denied", "lost", "lost"]);
});

const UNREGISTERED = "unregistered_binary_pending_approval";

test("an unregistered executable is denied everything", () => {
  assertEquals(kinds(outcomesOf(reply("denied", UNREGISTERED))), ["denied", "denied", "denied"]);
});

test("an error or a success with the reason of that denial is not a denial", () => {
  assertEquals(kinds(outcomesOf(reply("error", UNREGISTERED))), ["error", "lost", "lost"]);
  assertEquals(kinds(outcomesOf(reply("success", UNREGISTERED))), ["other", "lost", "lost"]);
});
