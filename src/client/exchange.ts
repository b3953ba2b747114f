/**
 * Requests out and replies in over one connection, strictly first in first out, without waiting for
 * one another.
 *
 * @module
 */

import { Alarm } from "./alarm.ts";
import { Attention } from "./attention.ts";
import type { Budget } from "./budget.ts";
import { type Asker, Call, Group } from "./call.ts";
import { ProtocolError, TimeoutError } from "../errors/connection.ts";
import { type Frame, wipe } from "../protocol/encode.ts";
import { Inbox } from "./inbox.ts";
import { Failure, isLost, type Outcome } from "../protocol/outcome.ts";
import { join, Outbox, wipeAll } from "./outbox.ts";
import { UNASKED } from "../protocol/reply.ts";
import { watch } from "./abort.ts";
import { Schedule } from "../protocol/allowances.ts";
import { type Connection, SystemCallError } from "../transport.ts";
import { markSent, Wire } from "./wire.ts";

/** The conversation over one connection. */
export class Exchange {
  readonly #connection: Connection;
  readonly #onEnd: () => void;
  /** Not handed to the connection yet. Settled ones are skipped. */
  readonly #outbox = new Outbox();
  /** Handed over, awaiting their replies. */
  readonly #wire = new Wire();
  readonly #inbox: Inbox;
  readonly #alarm: Alarm;
  readonly #attention = new Attention();
  readonly #schedule = new Schedule();
  /** How many calls have no outcome yet. */
  #live = 0;
  /** When the latest call was asked. */
  #asked = 0;
  #flushing = false;
  #writing = false;
  #reading = false;
  #ended = false;
  /** Whether the other end has closed. */
  #closed = false;
  #broken: unknown;

  /**
   * @param connection An open connection, owned from now on.
   * @param maxReply The longest reply in bytes.
   * @param onEnd Called once when the connection is of no more use.
   */
  constructor(connection: Connection, maxReply: number, onEnd: () => void) {
    this.#connection = connection;
    this.#inbox = new Inbox(this.#wire, maxReply, () => void this.#live--);
    this.#onEnd = onEnd;
    this.#alarm = new Alarm(() => this.#open(), (call) => this.#late(call));
    connection.unref?.();
  }

  /** The connection under it. */
  get connection(): Connection {
    return this.#connection;
  }

  /** Whether requests can no longer be sent. */
  get ended(): boolean {
    return this.#ended || this.#closed || this.#broken !== undefined;
  }

  /**
   * Sends frames in order, in one burst with all others of this turn.
   *
   * @param frames At least one.
   * @param budget The caller's limits.
   * @param asker Given the outcomes, perhaps at once.
   * @throws {QueueFullError} When too much waits already.
   */
  send(frames: readonly Frame[], budget: Budget, asker: Pick<Asker, "take">): void {
    // It may have ended since the caller was given it.
    if (this.ended) return asker.take(frames.map(() => this.#wire.denial ?? Failure.lost(false)));
    this.#outbox.admit(frames);
    const { signal } = budget;
    if (signal === undefined) {
      const group = new Group(frames.length, asker, budget.progress);
      for (let index = 0; index < frames.length; index++) {
        this.#enqueue(group, index, frames[index]!, budget);
      }
      return;
    }
    let unwatch = (): void => {};
    const take = (outcomes: Outcome[]): void => {
      unwatch();
      asker.take(outcomes);
    };
    const group = new Group(frames.length, { take }, budget.progress);
    const calls = frames.map((frame, index) => this.#enqueue(group, index, frame, budget));
    unwatch = watch(signal, () => {
      for (const call of calls) this.#abandon(call, Failure.aborted(signal.reason, call.sent));
    });
  }

  /**
   * Sends a request whose reply nobody waits for; it is taken off with the next one. Does nothing
   * while anybody waits for anything.
   *
   * @param frame The request; no write.
   */
  ping(frame: Frame): void {
    if (this.ended || this.#reading || this.#writing || !this.#drained()) return;
    if (this.#wire.calls.size > 0 || this.#outbox.size > 0) return;
    const call = new Call(new Group(1, { take: () => {} }), 0, frame, Infinity, 0);
    call.settled = true;
    this.#write([call]);
  }

  /** Ends all calls with what `failure` gives for each and closes the connection. Idempotent. */
  close(failure: (sent: boolean) => Failure): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#connection.close();
    this.#alarm.clear();
    this.#inbox.wipe();
    this.#live = 0;
    this.#onEnd();
    // Who is told may send again, and must find another connection then.
    for (const call of [...this.#wire.calls.drain(), ...this.#outbox.calls.drain()]) {
      const outcome = this.#wire.denial ?? failure(call.sent);
      // What may be repeated is still needed.
      if (call.sent || call.settled || !isLost(outcome)) wipe(call.frame);
      call.settle(outcome);
    }
  }

  #enqueue(group: Group, index: number, frame: Frame, budget: Budget): Call {
    const now = this.#asked = performance.now();
    const first = this.#wire.calls.size === 0 && this.#outbox.size === 0;
    const allowance = this.#schedule.add(frame, now, first, this.#wire.fresh);
    const { at, timeout } = budget.deadline ?? allowance;
    const call = new Call(group, index, frame, at, timeout);
    this.#outbox.push(call);
    this.#live++;
    this.#alarm.add(call);
    if (!this.#flushing) {
      this.#flushing = true;
      queueMicrotask(this.#flushNow);
    }
    return call;
  }

  readonly #flushNow = (): void => {
    this.#flushing = false;
    this.#flush();
  };

  /** Writes what waits, as far as the window is open. */
  #flush(): void {
    // Nobody reads between two calls: look for a close, or for bytes that nobody asked for.
    if (!this.#reading && !this.#writing && !this.#attentive() && !this.#drained()) return;
    if (this.#wire.calls.size === 0 && this.#inbox.pending) return this.#interrupted();
    while (!this.ended && !this.#writing) {
      const calls = this.#outbox.nextBurst(this.#wire.bytes);
      if (calls.length === 0) break;
      this.#write(calls);
    }
    if (!this.#reading) this.#read();
    else this.#hold();
  }

  #write(calls: Call[]): void {
    const bytes = calls.length === 1 ? calls[0]!.frame.bytes : join(calls);
    for (const call of calls) this.#wire.push(call);
    try {
      const waiting = this.#connection.write(bytes);
      if (waiting === undefined) return wipeAll(calls, bytes);
      this.#writing = true;
      this.#hold();
      waiting.then(() => {
        this.#writing = false;
        wipeAll(calls, bytes);
        if (this.#closed) this.#lost();
        else this.#flush();
      }, (error) => {
        this.#writing = false;
        this.#writeFailed(error, calls, bytes);
      });
    } catch (error) {
      this.#writeFailed(error, calls, bytes);
    }
  }

  /** A denial may have arrived before the close that made the write fail: read on to the end. */
  #writeFailed(error: unknown, calls: Call[], bytes: Uint8Array): void {
    this.#broken = error;
    if (calls.length > 1) bytes.fill(0);
    if (error instanceof SystemCallError && error.written !== undefined) {
      markSent(calls, error.written);
    }
    if (this.#closed) this.#lost();
    else if (!this.#reading) this.#read();
  }

  /** Whether the next request may go out without looking first. */
  #attentive(): boolean {
    const next = this.#outbox.calls.peek();
    return next !== undefined && this.#attention.covers(next.frame, this.#asked);
  }

  /** A line has begun that nobody asked for. Of a new daemon it may be the reason for a close. */
  #interrupted(): void {
    if (this.#wire.fresh) return this.#reading ? this.#hold() : this.#read();
    this.close((sent) => Failure.lost(sent, new ProtocolError(UNASKED)));
  }

  /** The connection has ended. What is being written will know how much of it went out. */
  #lost(error?: unknown): void {
    this.#broken ??= error;
    if (this.#writing) this.#closed = true;
    else this.close((sent) => Failure.lost(sent, this.#broken));
  }

  /** Takes what has arrived without being waited for. @returns Whether the connection still lives. */
  #drained(): boolean {
    while (!this.ended && !this.#connection.quiet()) {
      if (!this.#readOnce()) return false;
    }
    return !this.ended;
  }

  /**
   * Reads for as long as somebody waits for a reply, and not for one to what is yet to be sent. A
   * reply that is there at once costs no promise.
   */
  #read(): void {
    this.#reading = true;
    while (!this.#ended && !this.#closed && this.#live > 0 && this.#expecting()) {
      if (!this.#readOnce()) return;
      // Replies have opened the window for what waits.
      if (this.#outbox.due(this.#wire.bytes) && !this.#flushing) this.#flush();
    }
    this.#reading = false;
    if (this.#broken !== undefined) this.#lost();
    this.#release();
  }

  /** @returns Whether something was there; else it is taken when it comes. */
  #readOnce(): boolean {
    try {
      const count = this.#connection.read(this.#inbox.space());
      if (typeof count !== "number") {
        this.#reading = true;
        this.#hold();
        void this.#readOn(count);
        return false;
      }
      this.#received(count);
    } catch (error) {
      this.#lost(error);
    }
    return true;
  }

  #expecting(): boolean {
    return this.#wire.calls.size > 0 || this.#inbox.pending;
  }

  async #readOn(waiting: Promise<number>): Promise<void> {
    try {
      this.#received(await waiting);
    } catch (error) {
      this.#lost(error);
    }
    if (this.#outbox.due(this.#wire.bytes) && !this.#flushing) this.#flush();
    this.#read();
  }

  #received(count: number): void {
    if (this.#ended) return this.#inbox.wipe();
    if (count === 0) return this.#lost();
    const end = this.#inbox.take(count);
    if (end !== undefined) this.close(end);
  }

  #abandon(call: Call, failure: Failure): void {
    if (call.settled) return;
    this.#live--;
    call.settle(failure);
    if (this.#live === 0) this.#release();
  }

  *#open(): Iterable<Call> {
    yield* this.#wire.calls;
    yield* this.#outbox.calls;
  }

  #late(call: Call): void {
    const error = new TimeoutError("reply", call.timeout, call.sent, this.#wire.hint);
    this.#abandon(call, Failure.of(error, call.sent));
  }

  /** Somebody waits: the process must live and the earliest deadline must be kept. */
  #hold(): void {
    if (this.#live === 0) return;
    this.#connection.ref?.();
    this.#alarm.set();
  }

  /** Nobody waits. */
  #release(): void {
    if (this.#live > 0) return;
    this.#connection.unref?.();
    this.#alarm.rest();
  }
}
