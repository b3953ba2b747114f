/**
 * The asynchronous driver of a pipeline: writes, reads, one timer, and whether the process may end.
 *
 * @module
 */

import { now, soon } from "../clock.ts";
import { ProtocolError } from "../errors/connection.ts";
import { type Frame, wipe } from "../protocol/encode.ts";
import { Failure, type Outcome } from "../protocol/outcome.ts";
import { type Call, type End, joined, markSent, Pipeline } from "../protocol/pipeline.ts";
import { UNSOLICITED } from "../protocol/verify_reply.ts";
import { type Connection, SystemCallError } from "../transport.ts";
import { unwatch } from "./abandoned.ts";
import { noteDenial } from "./denial.ts";
import { DeadlineTimer } from "./deadline_timer.ts";
import type { Limits } from "./options.ts";

/** One connection that carries calls. */
export class ConnectionAsync {
  readonly connection: Connection;
  readonly #pipeline: Pipeline;
  readonly #onEnd: () => void;
  /** Created for the first reply that does not arrive at once. */
  #timer: DeadlineTimer | undefined;
  #flushing = false;
  /** True while the event loop reads before a request is sent. */
  #catchingUp = false;
  #writing = false;
  #reading = false;
  #ended = false;
  #retired = false;
  /** True once the other end has closed. */
  #closed = false;
  /** The error that broke the connection. */
  #broken: unknown;

  /**
   * @param connection An open connection, owned from now on.
   * @param maxReply The longest reply to accept, in bytes.
   * @param onEnd Called once when the connection accepts no more calls.
   */
  constructor(connection: Connection, maxReply: number, onEnd: () => void) {
    this.connection = connection;
    this.#pipeline = new Pipeline(maxReply);
    this.#onEnd = onEnd;
    connection.unref?.();
  }

  /** True once the connection accepts no more calls. */
  get ended(): boolean {
    return this.#ended || this.#closed || this.#broken !== undefined;
  }

  /** Whether the daemon has answered on this connection. */
  get answered(): boolean {
    return !this.#pipeline.fresh;
  }

  /**
   * Sends requests in order, in one burst with all others of this turn.
   *
   * @param frames At least one.
   * @param limits The caller's limits.
   * @returns The outcomes in the order of the frames.
   */
  send(frames: readonly Frame[], { deadline, abort }: Limits): Promise<Outcome[]> {
    return new Promise((done) => {
      const refused = this.ended
        ? this.#pipeline.denial ?? Failure.lost(false)
        : this.#pipeline.refuse(frames);
      if (refused !== undefined) return done(frames.map(() => refused));
      const outcomes = new Array<Outcome>(frames.length);
      let left = frames.length;
      let stopListening: (() => void) | undefined;
      const asked = now();
      const calls = frames.map((frame, at) =>
        this.#pipeline.add(frame, deadline, asked, (outcome) => {
          outcomes[at] = outcome;
          if ("status" in outcome && outcome.status === "denied") noteDenial(frame, this);
          if (--left > 0) return;
          stopListening?.();
          done(outcomes);
        })
      );
      if (abort !== undefined) {
        stopListening = abort.on(() => {
          for (const call of calls) {
            this.#pipeline.settle(call, Failure.aborted(abort.reason, call.sent));
          }
          this.#release();
        });
      }
      if (this.#reading || this.#writing || this.#catchingUp) this.#hold();
      if (this.#flushing) return;
      this.#flushing = true;
      soon(() => {
        this.#flushing = false;
        this.#flush();
      });
    });
  }

  /**
   * Sends a request without a caller who waits for its reply. Does nothing while another request is
   * under way.
   *
   * @param frame The request; not a write.
   */
  async ping(frame: Frame): Promise<void> {
    await this.connection.catchUp?.();
    if (this.#reading || this.#writing || this.#catchingUp || !this.#drain()) return;
    if (!this.#pipeline.empty) return;
    const call = this.#pipeline.add(frame, { at: Infinity, timeout: 0 }, now(), () => {});
    const calls = this.#pipeline.next();
    this.#pipeline.settle(call, Failure.lost(true));
    this.#write(calls);
  }

  /** Ends the connection if the daemon has closed it while no call was under way. */
  look(): void {
    if (this.#reading || this.#writing || this.#flushing || !this.#pipeline.empty) return;
    this.#drain();
  }

  /** Closes the connection once no call waits. No call may be added after this. */
  retire(): void {
    this.#retired = true;
    this.#release();
  }

  /** Closes the connection and settles all calls. Idempotent. */
  close(end: End): void {
    if (this.#ended) return;
    this.#ended = true;
    unwatch(this.connection);
    this.connection.close();
    this.#timer?.clear();
    // Callers may call again at once and must find another connection.
    this.#onEnd();
    this.#pipeline.end(end);
  }

  /** Writes waiting requests, as far as the window permits. */
  #flush(caughtUp = false): void {
    // Between two calls nothing is read, so check for a close and for unsolicited bytes.
    if (!this.#reading && !this.#writing) {
      const arriving = caughtUp ? undefined : this.connection.catchUp?.();
      if (arriving !== undefined) return void this.#flushLater(arriving);
      if (!this.#drain()) return;
    }
    if (this.#pipeline.interrupted) {
      // On a new connection this may be a denial, followed by the close.
      if (this.#pipeline.fresh) return this.#read();
      return this.close((sent) => Failure.lost(sent, new ProtocolError(UNSOLICITED)));
    }
    while (!this.ended && !this.#writing) {
      const calls = this.#pipeline.next();
      if (calls.length === 0) break;
      this.#write(calls);
    }
    this.#read();
  }

  /** Bytes that have arrived by then answer no request, because none was sent. */
  async #flushLater(arriving: Promise<void>): Promise<void> {
    this.#flushing = this.#catchingUp = true;
    this.#hold();
    await arriving;
    this.#flushing = this.#catchingUp = false;
    this.#flush(true);
  }

  #write(calls: Call[]): void {
    const bytes = calls.length === 1 ? calls[0]!.frame.bytes : joined(calls);
    try {
      const waiting = this.connection.write(bytes);
      if (waiting !== undefined) return void this.#writeLater(waiting, calls, bytes);
      for (const { frame } of calls) if (frame.action === "write") wipe(frame);
      if (calls.length > 1) bytes.fill(0);
    } catch (error) {
      this.#writeFailed(error, calls, bytes);
    }
  }

  async #writeLater(waiting: Promise<void>, calls: Call[], bytes: Uint8Array): Promise<void> {
    this.#writing = true;
    this.#hold();
    try {
      await waiting;
      this.#writing = false;
      for (const { frame } of calls) wipe(frame);
      if (calls.length > 1) bytes.fill(0);
    } catch (error) {
      this.#writing = false;
      return this.#writeFailed(error, calls, bytes);
    }
    if (this.#closed) this.#lost();
    else this.#flush();
  }

  /** A denial may have arrived before the close that made the write fail: reads to the end. */
  #writeFailed(error: unknown, calls: Call[], bytes: Uint8Array): void {
    this.#broken = error;
    if (error instanceof SystemCallError && error.written !== undefined) {
      markSent(calls, error.written);
    }
    if (calls.length > 1) bytes.fill(0);
    if (this.#closed) this.#lost();
    else this.#read();
  }

  /** Reads while a call waits. A reply that is available at once needs no promise. */
  #read(): void {
    if (this.#reading) return this.#hold();
    this.#reading = true;
    while (!this.#ended && !this.#closed && this.#pipeline.live > 0 && this.#pipeline.expecting) {
      if (!this.#readOnce()) return;
      // Replies have opened the window for waiting requests.
      if (this.#pipeline.due && !this.#flushing) this.#flush();
    }
    this.#reading = false;
    if (this.#broken !== undefined) this.#lost();
    this.#release();
  }

  /** @returns False when nothing has arrived; the bytes are then processed when they arrive. */
  #readOnce(): boolean {
    try {
      const count = this.connection.read(this.#pipeline.space());
      if (typeof count === "number") this.#received(count);
      else {
        this.#reading = true;
        this.#hold();
        void this.#readLater(count);
        return false;
      }
    } catch (error) {
      this.#lost(error);
    }
    return true;
  }

  async #readLater(count: Promise<number>): Promise<void> {
    try {
      this.#received(await count);
    } catch (error) {
      this.#lost(error);
    }
    if (this.#pipeline.due && !this.#flushing) this.#flush();
    this.#reading = false;
    this.#read();
  }

  /** Processes received bytes, without waiting. @returns Whether the connection is still open. */
  #drain(): boolean {
    while (!this.ended && !this.connection.quiet()) {
      if (!this.#readOnce()) return false;
    }
    return !this.ended;
  }

  #received(count: number): void {
    // Bytes may arrive in the same turn as the close.
    if (this.#ended) return this.#pipeline.wipe();
    if (count === 0) return this.#lost();
    const end = this.#pipeline.received(count);
    if (end !== undefined) this.close(end);
  }

  /** The connection has ended. A write under way reports first how much of it went out. */
  #lost(error?: unknown): void {
    this.#broken ??= error;
    if (this.#writing) this.#closed = true;
    else this.close((sent) => Failure.lost(sent, this.#broken));
  }

  #expire(): void {
    this.#pipeline.expire(now());
    this.#hold();
    this.#release();
  }

  /** Keeps the process alive while a call waits, and the timer at the earliest deadline. */
  #hold(): void {
    if (this.#pipeline.live === 0) return;
    this.connection.ref?.();
    this.#timer ??= new DeadlineTimer(() => this.#expire());
    this.#timer.set(this.#pipeline.deadline);
  }

  /** Lets the process end when no call waits. */
  #release(): void {
    if (this.#pipeline.live > 0) return;
    if (this.#retired) return this.close(Failure.lost);
    if (!this.#timer?.held) return;
    this.connection.unref?.();
    this.#timer.rest();
  }
}
