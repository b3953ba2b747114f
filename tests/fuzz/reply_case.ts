/** One case of the fuzzer of replies: a conversation, in the library and in the oracle. */
import { encodeFrame, Failure, type Frame, MAX_REPLY, type Outcome, Pipeline } from "../../core.ts";
import { markSent } from "../../src/protocol/pipeline.ts";
import { ConnectionOracle, type Expected } from "./connection_oracle.ts";
import type { Random } from "./random.ts";
import { anyReply, anyRequest, MARK } from "./reply_grammar.ts";
import type { Asked } from "./reply_oracle.ts";

/** What one case showed. */
export interface Judged {
  /** How the requests ended, for the summary. */
  ends: string[];
  /** What library and oracle do not agree on. */
  discrepancy: string | undefined;
}

/** A moment that is over when the deadlines of the case have passed. */
const LATER = 1_000;

/** Plays the case that comes next. */
export function playCase(random: Random): Judged {
  const limit = random.chance(3) ? 20 + random.below(200) : MAX_REPLY;
  const conversation = new Conversation(limit, random.chance(0.5));
  const count = 1 + random.below(4);
  const lines: Uint8Array[] = [];
  for (let at = 0; at < count; at++) {
    const asked = anyRequest(random);
    const until = random.chance(10) ? random.below(LATER) : Infinity;
    // Some come when the reply to others is there already, and some are never written.
    if (random.chance(10)) conversation.feed(random, lines.splice(0));
    conversation.ask(asked, until);
    if (!random.chance(3)) conversation.write(random);
    lines.push(anyReply(random, asked));
  }
  if (random.chance(10)) lines.pop();
  if (random.chance(10)) lines.push(anyReply(random, anyRequest(random)));
  const last = lines.at(-1);
  if (last !== undefined && random.chance(5)) {
    lines[lines.length - 1] = last.subarray(0, random.below(last.length));
  }
  conversation.feed(random, lines);
  if (random.chance(70)) conversation.close();
  return conversation.judge(random.chance(1));
}

class Conversation {
  readonly #pipeline: Pipeline;
  readonly #oracle: ConnectionOracle;
  readonly #outcomes: (Outcome | undefined)[] = [];
  readonly #transcript: (string | Asked | Uint8Array)[] = [];
  readonly #breaks: boolean;

  /** @param breaks Whether a write fails half way. */
  constructor(limit: number, breaks: boolean) {
    this.#pipeline = new Pipeline(limit);
    this.#oracle = new ConnectionOracle(limit);
    this.#breaks = breaks;
  }

  ask(asked: Asked, until: number): void {
    if (this.#oracle.over) return;
    const at = this.#outcomes.push(undefined) - 1;
    const deadline = { at: until, timeout: until };
    this.#transcript.push(asked, until < Infinity ? `until ${until}` : "");
    this.#pipeline.add(frameOf(asked), deadline, 0, (outcome) => {
      if (this.#outcomes[at] !== undefined) throw new Error(`request ${at} was settled twice`);
      this.#outcomes[at] = outcome;
    });
    this.#oracle.add(asked, until);
  }

  write(random: Random): void {
    if (this.#oracle.over) return;
    const calls = this.#pipeline.next();
    if (!this.#breaks) {
      this.#oracle.write(() => true);
      return;
    }
    const total = calls.reduce((sum, { frame }) => sum + frame.bytes.length, 0);
    let left = random.below(total + 1);
    this.#transcript.push(`write ${left} of ${total} bytes`);
    markSent(calls, left);
    const arrived = calls.map(({ frame: { bytes } }) => {
      const whole = left >= bytes.length - 1;
      left -= bytes.length;
      return whole;
    });
    this.#oracle.write(() => arrived.shift()!);
  }

  feed(random: Random, lines: readonly Uint8Array[]): void {
    this.#transcript.push(...lines);
    const bytes = joined(lines);
    const whole = random.chance(40);
    for (let from = 0; from < bytes.length && !this.#oracle.over;) {
      if (random.chance(3)) this.#expire(random.below(LATER));
      const length = whole ? bytes.length : 1 + random.below(random.pick([2, 20, 200, 100_000]));
      const space = this.#pipeline.space();
      const piece = bytes.subarray(from, from + Math.min(length, space.length));
      space.set(piece);
      from += piece.length;
      const end = this.#pipeline.received(piece.length);
      this.#oracle.receive(piece);
      // The library sees before the end of a long line that it is not UTF-8; the oracle sees it there.
      if (end !== undefined && !this.#oracle.over) this.#oracle.receive(restOfLine(bytes, from));
      if (end !== undefined) {
        this.#pipeline.end(end);
        this.#transcript.push("the library ends the connection");
      }
      if (this.#oracle.over !== (end !== undefined)) {
        throw new Error(this.describe("only one of the two ends the connection"));
      }
    }
  }

  close(): void {
    if (this.#oracle.over) return;
    this.#transcript.push("close");
    this.#pipeline.end((sent) => Failure.lost(sent));
    this.#oracle.end();
  }

  judge(thorough: boolean): Judged {
    const expected = this.#oracle.outcomes;
    const ends = this.#outcomes.map(nameOf);
    const problems: string[] = [];
    this.#outcomes.forEach((outcome, at) => {
      if (!same(outcome, expected[at]!)) {
        problems.push(`request ${at}: ${ends[at]}, expected ${JSON.stringify(expected[at])}`);
      }
      if (thorough && outcome instanceof Failure && shows(outcome.error)) {
        problems.push(`request ${at}: its error shows a value`);
      }
    });
    const live = expected.filter((outcome) => outcome === "pending").length;
    if (this.#pipeline.live !== live) problems.push(`${this.#pipeline.live} live, not ${live}`);
    const discrepancy = problems.length > 0 ? this.describe(problems.join("\n")) : undefined;
    return { ends, discrepancy };
  }

  describe(problem: string): string {
    const lines = this.#transcript.map((each) =>
      each instanceof Uint8Array
        ? `receive ${text(each)}`
        : typeof each === "string"
        ? each
        : `ask ${JSON.stringify(each)}`
    );
    return [problem, ...lines.filter((line) => line !== "")].join("\n  ");
  }

  #expire(now: number): void {
    this.#transcript.push(`time ${now}`);
    this.#pipeline.expire(now);
    this.#oracle.expire(now);
  }
}

function frameOf({ action, match, targets }: Asked): Frame {
  const values = action === "write" ? targets.map(() => MARK) : undefined;
  return encodeFrame({ action, service: "S", match, targets, values });
}

function nameOf(outcome: Outcome | undefined): string {
  if (outcome === undefined) return "pending";
  if (!(outcome instanceof Failure)) return outcome.status;
  if (outcome.kind === "lost") return outcome.sent ? "lost, sent" : "lost, not sent";
  if (outcome.kind !== "other") return outcome.kind;
  return (outcome.error as { code: string }).code;
}

function same(outcome: Outcome | undefined, expected: Expected): boolean {
  if (outcome === undefined || outcome instanceof Failure) return nameOf(outcome) === expected;
  if (typeof expected === "string") return false;
  const { status, reason, results = [] } = outcome;
  return status === expected.status && reason === expected.reason &&
    results.length === expected.results.length &&
    results.every(({ target, value }, at) =>
      target === expected.results[at]!.target && value === expected.results[at]!.value
    );
}

/** Whether an error shows a value anywhere. */
function shows(error: unknown): boolean {
  const { message, stack, cause } = error as Error;
  return `${message} ${stack} ${JSON.stringify(error)}`.includes(MARK) ||
    cause !== undefined && shows(cause);
}

function restOfLine(bytes: Uint8Array, from: number): Uint8Array {
  const end = bytes.indexOf(10, from);
  return joined([bytes.subarray(from, end === -1 ? bytes.length : end), Uint8Array.of(10)]);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function text(bytes: Uint8Array): string {
  return JSON.stringify(String.fromCharCode(...bytes.subarray(0, 500)));
}
