/**
 * The conversation over one connection: a queue of requests, first in first out. It does no I/O,
 * starts no timer and creates no promise; a driver moves the bytes and tells the time. The file is
 * long because the queue is one class, read as a whole.
 *
 * @module
 */

import { ProtocolError, QueueFullError, TimeoutError } from "../errors/connection.ts";
import { UNREGISTERED } from "../errors/reasons.ts";
import { allowanceOf, CONNECT_TIMEOUT } from "./allowances.ts";
import { type Frame, wipe } from "./encode.ts";
import { parseResponse, type RawResponse } from "./envelope.ts";
import { LineDecoder } from "./lines.ts";
import { Failure, isHarmless, isLost, type Outcome } from "./outcome.ts";
import { UNSOLICITED, verifyReply } from "./verify_reply.ts";

/** Bytes of requests that may await replies. More wait here rather than in the kernel. */
const WINDOW = 256 * 1024;
/** Bytes of requests that may wait here. */
const MAX_WAITING = 64 * 1024 * 1024;
/** Bytes that one write carries. */
const BURST = 64 * 1024;

/** The reason that the daemon sends before it closes when it cannot read its configuration. */
const INTERNAL = "internal_error";

const FRESH_HINT =
  "The daemon accepted the connection but has not answered. It may be serving 64 others, or " +
  "hashing this executable";

/** Returns the outcome of each remaining call when the connection ends. */
export type End = (sent: boolean) => Failure;

/** The time that a caller allows. */
export interface CallDeadline {
  /** When it is over, in milliseconds of the driver's clock. */
  readonly at: number;
  /** How long it was, in milliseconds. */
  readonly timeout: number;
}

/** One request in the queue. */
export interface Call {
  /** The request. */
  readonly frame: Frame;
  /** The caller's deadline, or the request's allowance. */
  readonly deadline: CallDeadline;
  /** Called once with the outcome. */
  readonly settle: (outcome: Outcome) => void;
  /** True once the request was handed to the connection. */
  written: boolean;
  /** Whether the daemon may have received the whole line. */
  sent: boolean;
  /** True once the outcome is known. A settled call that was written still awaits its reply. */
  settled: boolean;
}

/**
 * The queue of one connection.
 *
 * @example One request over any connection
 * ```ts
 * import { encodeFrame, MAX_REPLY, Pipeline } from "@keychain-auth/client/core";
 *
 * const pipeline = new Pipeline(MAX_REPLY);
 * const frame = encodeFrame({ action: "read", service: "AgentSecrets", targets: ["KEY"] });
 * pipeline.add(frame, undefined, performance.now(), (outcome) => console.log(outcome));
 * const [call] = pipeline.next();
 * // Write call.frame.bytes, then read into pipeline.space():
 * const reply = '{"type":"RESPONSE","status":"success"}\n';
 * const { written } = new TextEncoder().encodeInto(reply, pipeline.space());
 * const end = pipeline.received(written); // logs { type: "RESPONSE", status: "success" }
 * console.log(call !== undefined, end); // true undefined: the connection may go on
 * ```
 */
export class Pipeline {
  /** Answered, then awaiting replies (from `#head`), then waiting to be written (from `#next`). */
  #calls: Call[] = [];
  #head = 0;
  #next = 0;
  #bytesWaiting = 0;
  #bytesOnWire = 0;
  readonly #lines: LineDecoder;
  /** When the allowances of all calls end. */
  #allowedUntil = 0;
  /** How many calls have no outcome yet. */
  live = 0;
  /** No call is late before this time. `Infinity` when there is none. */
  deadline: number = Infinity;
  /** True until the daemon has answered on this connection. */
  fresh = true;
  /** The reply that the daemon sent before it closed: it answers every call on this connection. */
  denial: RawResponse | undefined;
  /** The error of a first reply. When the close follows, the daemon has refused the connection. */
  #refusal: string | undefined;

  /**
   * Makes an empty queue.
   *
   * @param maxReply The longest reply to accept, in bytes.
   */
  constructor(maxReply: number) {
    this.#lines = new LineDecoder(maxReply);
  }

  /** True while a reply is expected or a line has begun. */
  get expecting(): boolean {
    return this.#oldest() !== undefined || this.#lines.pending;
  }

  /** True while a line has begun that answers no request. */
  get interrupted(): boolean {
    return this.#oldest() === undefined && this.#lines.pending;
  }

  /** True when nothing waits to be written or answered. */
  get empty(): boolean {
    return this.#head === this.#calls.length;
  }

  /**
   * True when half of the window is free again, because a write after each reply would be too
   * often.
   */
  get due(): boolean {
    return this.#bytesWaiting > 0 && this.#bytesOnWire <= WINDOW / 2;
  }

  /**
   * Refuses requests when too many bytes already wait. Ask before {@linkcode Pipeline.add}.
   *
   * @param frames The requests.
   * @returns Their outcome, or `undefined` when they may be added.
   */
  refuse(frames: readonly Frame[]): Failure | undefined {
    return this.#bytesWaiting > 0 ? refuse(this.#bytesWaiting, frames) : undefined;
  }

  /**
   * Adds a request after all others.
   *
   * @param frame The request.
   * @param own The caller's deadline. Without one the request gets an allowance.
   * @param now The driver's clock in milliseconds.
   * @param settle Called once with the outcome. Must not throw.
   */
  add(
    frame: Frame,
    own: CallDeadline | undefined,
    now: number,
    settle: (outcome: Outcome) => void,
  ): Call {
    const first = this.#head === this.#calls.length;
    const timeout = allowanceOf(frame) + (first && this.fresh ? CONNECT_TIMEOUT : 0);
    const at = this.#allowedUntil = (first ? now : Math.max(now, this.#allowedUntil)) + timeout;
    const deadline = own ?? { at, timeout };
    const call = { frame, deadline, settle, written: false, sent: false, settled: false };
    this.#calls.push(call);
    this.#bytesWaiting += frame.bytes.length;
    this.live++;
    if (deadline.at < this.deadline) this.deadline = deadline.at;
    return call;
  }

  /** Takes the calls that one write should carry. Skips calls that are settled already. */
  next(): Call[] {
    const burst: Call[] = [];
    let size = 0;
    for (; this.#next < this.#calls.length; this.#next++) {
      const call = this.#calls[this.#next]!;
      const { length } = call.frame.bytes;
      if (!call.settled) {
        if (size > 0 && size + length > BURST) break;
        if (this.#bytesOnWire > 0 && this.#bytesOnWire + length > WINDOW) break;
        burst.push(call);
        size += length;
        this.#bytesOnWire += length;
        call.written = call.sent = true;
      } else wipe(call.frame);
      this.#bytesWaiting -= length;
    }
    return burst;
  }

  /** The space to receive into. */
  space(): Uint8Array {
    return this.#lines.space();
  }

  /**
   * Processes received bytes and settles the calls that they answer.
   *
   * @param count The number of bytes.
   * @returns Why the connection must end, or `undefined`.
   */
  received(count: number): End | undefined {
    this.#lines.commit(count);
    const unsolicited = this.fresh && this.#oldest() === undefined;
    try {
      for (let line = this.#lines.next(); line !== undefined; line = this.#lines.next()) {
        if (unsolicited) {
          this.#handleUnsolicited(line);
          return Failure.lost;
        }
        this.#answer(line);
      }
      return undefined;
    } catch (error) {
      // A daemon that sends more replies has not refused the connection.
      this.#refusal = undefined;
      // Only a daemon that closes may send a reply first. Requests to another server are not
      // retried.
      if (unsolicited) return (sent) => Failure.of(error, sent);
      const call = this.#oldest();
      if (call !== undefined) this.settle(call, Failure.of(error, call.sent));
      return (sent) => Failure.lost(sent, error);
    }
  }

  /**
   * Settles the calls whose deadline has passed. Their replies are still verified and discarded.
   *
   * @param now The driver's clock in milliseconds.
   */
  expire(now: number): void {
    this.deadline = Infinity;
    for (const call of this.#calls.slice(this.#head)) {
      if (call.settled) continue;
      if (call.deadline.at > now) this.deadline = Math.min(this.deadline, call.deadline.at);
      else this.settle(call, this.timeout(call));
    }
  }

  /**
   * Returns the outcome of a call whose deadline has passed.
   *
   * @param call The call.
   */
  timeout({ deadline, sent }: Call): Failure {
    const hint = this.fresh ? FRESH_HINT : undefined;
    return new Failure(() => new TimeoutError("reply", deadline.timeout, sent, hint), sent);
  }

  /**
   * Settles one call. The first outcome counts.
   *
   * @param call The call.
   * @param outcome Its outcome.
   */
  settle(call: Call, outcome: Outcome): void {
    if (call.settled) return;
    call.settled = true;
    this.live--;
    call.settle(outcome);
  }

  /**
   * Overwrites received bytes and settles all calls.
   *
   * @param end Returns the outcome of each call, unless the daemon gave a reason before it closed.
   */
  end(end: End): void {
    const calls = this.#calls.slice(this.#head);
    this.#calls = [];
    this.#head =
      this.#next =
      this.#bytesWaiting =
      this.#bytesOnWire =
        0;
    this.#lines.wipe();
    for (const call of calls) {
      const { action } = call.frame;
      let outcome = this.denial ?? end(call.sent);
      // The outcome of a change that was sent is unknown: the error may have come from the
      // keychain, and the daemon may have ended while it carried out the next request.
      if (this.#refusal !== undefined && isLost(outcome) && isHarmless(action, call.sent)) {
        outcome = Failure.refused(this.#refusal, action);
      }
      // A request that may be retried is still needed.
      if (call.sent || call.settled || !isLost(outcome)) wipe(call.frame);
      this.settle(call, outcome);
    }
  }

  /** Overwrites received bytes. */
  wipe(): void {
    this.#lines.wipe();
  }

  /** The call that the next reply answers. */
  #oldest(): Call | undefined {
    while (this.#head < this.#next && !this.#calls[this.#head]!.written) this.#head++;
    return this.#head < this.#next ? this.#calls[this.#head] : undefined;
  }

  /**
   * Gives a reply to the oldest call.
   *
   * @throws {ProtocolError} When no request is open or the reply does not fit. The reply to an
   * abandoned call must fit too, or every later one would be taken for the wrong call's.
   */
  #answer(line: string): void {
    const call = this.#oldest();
    if (call === undefined) throw new ProtocolError(UNSOLICITED);
    const reply = verifyReply(call.frame, line, call.sent);
    const { status, reason } = reply;
    this.#head++;
    this.#bytesOnWire -= call.frame.bytes.length;
    const refused = this.fresh && status === "error" && reason === INTERNAL;
    this.#refusal = refused ? INTERNAL : undefined;
    this.fresh = false;
    if (status === "denied" && reason === UNREGISTERED) this.denial = reply;
    // Half of them at a time, so each answered call costs at most one that is moved.
    if (this.#head * 2 >= this.#calls.length) {
      this.#calls = this.#calls.slice(this.#head);
      this.#next -= this.#head;
      this.#head = 0;
    }
    this.settle(call, reply);
  }

  /** Handles an unsolicited reply: a denial, or the error of a broken configuration. */
  #handleUnsolicited(line: string): void {
    const reply = parseResponse(line);
    if (reply.status === "success") throw new ProtocolError(UNSOLICITED);
    if (reply.status === "denied") this.denial = reply;
    else this.#refusal = reply.reason ?? reply.status;
  }
}

/**
 * @returns The outcome of `frames` when they exceed the limit together with the bytes that already
 * wait.
 */
export function refuse(waiting: number, frames: readonly Frame[]): Failure | undefined {
  if (waiting === 0 || waiting + bytesOf(frames) <= MAX_WAITING) return undefined;
  return new Failure(() => new QueueFullError(MAX_WAITING), false);
}

/** @returns The number of bytes of all frames. */
export function bytesOf(frames: readonly Frame[]): number {
  return frames.reduce((sum, { bytes }) => sum + bytes.length, 0);
}

/**
 * Corrects which calls of a failed write were sent completely.
 *
 * @param calls The calls that one write carried.
 * @param written How many bytes of the write were sent.
 */
export function markSent(calls: readonly Call[], written: number): void {
  for (const call of calls) {
    // At the close, the daemon answers a line that lacks only its line feed.
    call.sent = written >= call.frame.bytes.length - 1;
    written -= call.frame.bytes.length;
  }
}

/** The lines of all calls, concatenated. */
export function joined(calls: readonly Call[]): Uint8Array {
  const bytes = new Uint8Array(bytesOf(calls.map(({ frame }) => frame)));
  let at = 0;
  for (const { frame } of calls) {
    bytes.set(frame.bytes, at);
    at += frame.bytes.length;
  }
  return bytes;
}
