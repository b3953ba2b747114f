/**
 * The synchronous driver of a pipeline: writes and reads until the call is settled.
 *
 * @module
 */

import { Deadline, now } from "../clock.ts";
import { ProtocolError } from "../errors/connection.ts";
import type { Frame } from "../protocol/encode.ts";
import { Failure, type Outcome } from "../protocol/outcome.ts";
import { type Call, type End, markSent, Pipeline } from "../protocol/pipeline.ts";
import { UNSOLICITED } from "../protocol/verify_reply.ts";
import { type ConnectionSync, SystemCallError } from "../transport.ts";
import { unwatch } from "./abandoned.ts";
import { noteDenial } from "./denial.ts";
import type { Limits } from "./options.ts";

/** One connection that carries calls and blocks the thread. */
export class BlockingConnection {
  readonly connection: ConnectionSync;
  readonly #pipeline: Pipeline;
  #ended = false;
  /** Once the connection has ended: the outcome of requests that are not sent. */
  #rest: Outcome | undefined;

  /**
   * @param connection An open connection, owned from now on.
   * @param maxReply The longest reply to accept, in bytes.
   */
  constructor(connection: ConnectionSync, maxReply: number) {
    this.connection = connection;
    this.#pipeline = new Pipeline(maxReply);
  }

  /** True once the connection accepts no more calls. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Whether the daemon has answered on this connection. */
  get answered(): boolean {
    return !this.#pipeline.fresh;
  }

  /** Sends requests one after the other. @returns The outcomes in the order of the frames. */
  send(frames: readonly Frame[], limits: Limits): Outcome[] {
    return frames.map((frame) => {
      const outcome = this.#one(frame, limits);
      if ("status" in outcome && outcome.status === "denied") noteDenial(frame, this);
      return outcome;
    });
  }

  /** Closes the connection: no call waits. */
  retire(): void {
    this.close();
  }

  /** Ends the connection if the daemon has closed it or has sent an unsolicited reply. */
  look(): void {
    if (!this.#ended && !this.connection.quiet()) this.close();
  }

  /** Closes the connection and settles what is left. Idempotent. */
  close(end: End = Failure.lost): void {
    if (this.#ended) return;
    this.#ended = true;
    unwatch(this.connection);
    this.connection.close();
    this.#rest ??= this.#pipeline.denial;
    this.#pipeline.end(end);
  }

  #one(frame: Frame, { deadline: own }: Limits): Outcome {
    if (this.#ended) return this.#rest ?? Failure.lost(false);
    let outcome: Outcome | undefined;
    const call = this.#pipeline.add(frame, own, now(), (settled) => outcome = settled);
    const deadline = own ?? new Deadline(call.deadline.timeout);
    let broken: unknown;
    try {
      if (own?.passed) this.#late(call);
      else if (this.#drain()) broken = this.#write(call, deadline);
      while (!call.settled) this.#read(call, deadline);
      // A line that begins here answers no request, and its end would be taken for the next reply.
      if (this.#pipeline.interrupted) this.close();
    } catch (error) {
      this.close((sent) => Failure.lost(sent, broken ?? error));
    }
    return outcome!;
  }

  /**
   * Checks what has arrived between two calls: a close, or an unsolicited denial.
   *
   * @returns Whether the request may be sent.
   */
  #drain(): boolean {
    if (this.connection.quiet()) return true;
    if (this.#pipeline.fresh) return false;
    const count = this.connection.read(this.#pipeline.space(), new Deadline(0));
    throw count > 0 ? new ProtocolError(UNSOLICITED) : undefined;
  }

  /**
   * @returns The error of a failed write: a denial may have arrived before the close that caused
   * it.
   */
  #write(call: Call, deadline: Deadline): unknown {
    const calls = this.#pipeline.next();
    try {
      const written = this.connection.write(call.frame.bytes, deadline);
      markSent(calls, written);
      if (written < call.frame.bytes.length) this.#late(call);
    } catch (error) {
      const { written } = error as Partial<SystemCallError>;
      if (written !== undefined) markSent(calls, written);
      return error;
    }
  }

  #read(call: Call, deadline: Deadline): void {
    const count = this.connection.read(this.#pipeline.space(), deadline);
    if (count < 0) return this.#late(call);
    if (count === 0) throw new SystemCallError("read", "EOF");
    const end = this.#pipeline.received(count);
    if (end !== undefined) this.close(end);
  }

  /** The reply may still come at any time, so nothing more is sent on this connection. */
  #late(call: Call): void {
    const timeout = this.#pipeline.timeout(call);
    this.#rest = new Failure(() => timeout.error, false);
    this.#pipeline.settle(call, timeout);
    this.close();
  }
}
