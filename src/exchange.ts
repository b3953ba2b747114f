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
import { TimeoutError } from "./errors/connection.ts";
import type { Frame } from "./frame.ts";
import { LineDecoder } from "./lines.ts";
import { Failure, isLost, type Outcome } from "./outcome.ts";
import { join, Outbox, wipe, wipeAll } from "./outbox.ts";
import { watch } from "./signals.ts";
import { allowanceOf, CONNECT_TIMEOUT } from "./timeouts.ts";
import { type Connection, SystemCallError } from "./transport.ts";
import { markSent, Wire } from "./wire.ts";

/** The conversation over one connection. */
export class Exchange {
  readonly #connection: Connection;
  readonly #lines: LineDecoder;
  readonly #onEnd: () => void;
  /** Not handed to the connection yet. Settled ones are skipped. */
  readonly #outbox = new Outbox();
  /** Handed over, awaiting their replies. */
  readonly #wire = new Wire();
  readonly #alarm: Alarm;
  readonly #attention = new Attention();
  /** How many calls have no outcome yet. */
  #live = 0;
  #flushing = false;
  #writing = false;
  #reading = false;
  #ended = false;
  #broken: unknown;

  /**
   * @param connection An open connection, owned from now on.
   * @param maxReply The longest reply in bytes.
   * @param onEnd Called once when the connection is of no more use.
   */
  constructor(connection: Connection, maxReply: number, onEnd: () => void) {
    this.#connection = connection;
    this.#lines = new LineDecoder(maxReply);
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
    return this.#ended || this.#broken !== undefined;
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

  /** Ends all calls with what `failure` gives for each and closes the connection. Idempotent. */
  close(failure: (sent: boolean) => Failure): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#connection.close();
    this.#alarm.clear();
    this.#lines.wipe();
    this.#live = 0;
    this.#onEnd();
    // Who is told may send again, and must find another connection then.
    for (const call of [...this.#wire.calls.drain(), ...this.#outbox.calls.drain()]) {
      const outcome = this.#wire.denial ?? failure(call.sent);
      // What may be repeated is still needed.
      if (call.sent || !isLost(outcome)) wipe(call);
      call.settle(outcome);
    }
  }

  #enqueue(group: Group, index: number, frame: Frame, budget: Budget): Call {
    let { timeout, at } = budget.deadline ?? { timeout: 0, at: 0 };
    if (budget.deadline === undefined) {
      // The daemon answers in order: the clock starts when the request before has used up its own.
      const before = (this.#outbox.calls.last() ?? this.#wire.calls.last())?.deadline ?? 0;
      timeout = allowanceOf(frame);
      if (this.#wire.fresh && before === 0) timeout += CONNECT_TIMEOUT;
      at = Math.max(before, performance.now()) + timeout;
    }
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
        this.#flush();
      }, (error) => {
        this.#writing = false;
        this.#writeFailed(error, calls);
      });
    } catch (error) {
      this.#writeFailed(error, calls);
    }
  }

  /** A denial may have arrived before the close that made the write fail: read on to the end. */
  #writeFailed(error: unknown, calls: Call[]): void {
    this.#broken = error;
    if (error instanceof SystemCallError && error.written !== undefined) {
      markSent(calls, error.written);
    }
    if (!this.#reading) this.#read();
  }

  /** Whether the next request may go out without looking first. */
  #attentive(): boolean {
    const next = this.#outbox.calls.peek();
    return next !== undefined && this.#attention.covers(next.frame, next.deadline - next.timeout);
  }

  /** Takes what has arrived without being waited for. @returns Whether the connection still lives. */
  #drained(): boolean {
    while (!this.ended && !this.#connection.quiet()) {
      try {
        const count = this.#connection.read(this.#lines.space());
        if (typeof count !== "number") {
          this.#reading = true;
          void this.#readOn(count);
          return false;
        }
        this.#received(count);
      } catch (error) {
        this.close((sent) => Failure.lost(sent, error));
      }
    }
    return !this.ended;
  }

  /**
   * Reads for as long as somebody waits for a reply, and not for one to what is yet to be sent. A
   * reply that is there at once costs no promise.
   */
  #read(): void {
    this.#reading = true;
    while (!this.#ended && this.#live > 0 && this.#wire.calls.size > 0) {
      try {
        const count = this.#connection.read(this.#lines.space());
        if (typeof count !== "number") {
          this.#hold();
          return void this.#readOn(count);
        }
        this.#received(count);
      } catch (error) {
        this.close((sent) => Failure.lost(sent, this.#broken ?? error));
      }
      // Replies have opened the window for what waits.
      if (this.#outbox.due(this.#wire.bytes) && !this.#flushing) this.#flush();
    }
    this.#reading = false;
    if (this.#broken !== undefined) this.close((sent) => Failure.lost(sent, this.#broken));
    this.#release();
  }

  async #readOn(waiting: Promise<number>): Promise<void> {
    try {
      this.#received(await waiting);
    } catch (error) {
      this.close((sent) => Failure.lost(sent, this.#broken ?? error));
    }
    if (this.#outbox.due(this.#wire.bytes) && !this.#flushing) this.#flush();
    this.#read();
  }

  #received(count: number): void {
    if (this.#ended) return this.#lines.wipe();
    if (count === 0) return this.close((sent) => Failure.lost(sent, this.#broken));
    this.#lines.commit(count);
    try {
      for (let line = this.#lines.next(); line !== undefined; line = this.#lines.next()) {
        this.#answer(line);
        if (this.#ended) return;
      }
    } catch (error) {
      // What speaks before it is asked is no daemon: there is no sense in asking it again.
      if (this.#wire.unasked) return this.close((sent) => Failure.of(error, sent));
      const call = this.#wire.calls.shift();
      call?.settle(Failure.of(error, call.sent));
      this.close((sent) => Failure.lost(sent, error));
    }
  }

  #answer(line: string): void {
    if (this.#wire.unasked) {
      this.#wire.hear(line);
      this.close((sent) => Failure.lost(sent));
    } else if (this.#wire.answer(line)) {
      this.#live--;
    }
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
