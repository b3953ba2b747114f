/**
 * The synchronous exchange: one request out, one reply in.
 *
 * @module
 */

import { Attention } from "./attention.ts";
import type { Budget } from "./budget.ts";
import { Deadline } from "../deadline.ts";
import { ProtocolError, TimeoutError } from "../errors/connection.ts";
import type { Frame } from "../protocol/encode.ts";
import { LineDecoder } from "../protocol/lines.ts";
import { Failure, type Outcome, UNREGISTERED } from "../protocol/outcome.ts";
import { readReply, UNASKED } from "../protocol/reply.ts";
import { allowanceOf, CONNECT_TIMEOUT } from "../protocol/allowances.ts";
import { type ConnectionSync, SystemCallError } from "../transport.ts";
import { FRESH_HINT } from "./wire.ts";

/** The conversation over one connection, without promises. */
export class ExchangeSync {
  readonly #connection: ConnectionSync;
  readonly #lines: LineDecoder;
  readonly #attention = new Attention();
  #fresh = true;
  #ended = false;
  /** What becomes of requests that are not sent any more. */
  #rest: Outcome | undefined;

  /**
   * @param connection An open connection, owned from now on.
   * @param maxReply The longest reply in bytes.
   */
  constructor(connection: ConnectionSync, maxReply: number) {
    this.#connection = connection;
    this.#lines = new LineDecoder(maxReply);
  }

  /** The connection under it. */
  get connection(): ConnectionSync {
    return this.#connection;
  }

  /** Whether requests can no longer be sent. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Sends frames one after the other. @returns The outcomes in the order of the frames. */
  send(frames: readonly Frame[], budget: Budget): Outcome[] {
    return frames.map((frame) => this.#one(frame, budget));
  }

  /** Closes the connection. Idempotent. */
  close(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#connection.close();
    this.#lines.wipe();
  }

  #one(frame: Frame, budget: Budget): Outcome {
    if (this.#ended) return this.#rest ?? Failure.lost(false);
    if (budget.deadline?.passed) return this.#late(budget.deadline, false);
    const deadline = budget.deadline ??
      new Deadline(allowanceOf(frame) + (this.#fresh ? CONNECT_TIMEOUT : 0));
    let sent = false;
    let broken: unknown;
    try {
      // Between two calls only a close or an unasked denial can have arrived.
      if (
        this.#attention.covers(frame, deadline.at - deadline.timeout) || this.#connection.quiet()
      ) {
        let written: number;
        try {
          written = this.#connection.write(frame.bytes, deadline);
        } catch (error) {
          // A denial may have arrived before the close that made the write fail: read on to it.
          broken = error;
          written = (error as Partial<SystemCallError>).written ?? frame.bytes.length;
        }
        sent = written >= frame.bytes.length - 1;
        if (written < frame.bytes.length && !broken) return this.#late(deadline, sent);
      } else if (!this.#fresh) {
        throw this.#speaksUnasked();
      }
      const line = this.#line(deadline);
      if (line === undefined) return this.#late(deadline, sent);
      const reply = readReply(frame, line, sent);
      if (!sent || reply.reason === UNREGISTERED) this.#rest = reply;
      if (!sent || this.#lines.pending) this.close();
      this.#fresh = false;
      return reply;
    } catch (error) {
      this.close();
      // What speaks before it is asked is no daemon: there is no sense in asking it again.
      if (error instanceof ProtocolError && (sent || this.#fresh)) return Failure.of(error, sent);
      return Failure.lost(sent, broken ?? error);
    }
  }

  /** There is no telling when the reply will come, so the connection is of no more use. */
  #late(deadline: Deadline, sent: boolean): Failure {
    this.close();
    const hint = this.#fresh ? FRESH_HINT : undefined;
    const error = new TimeoutError("reply", deadline.timeout, sent, hint);
    this.#rest = Failure.of(error, false);
    return Failure.of(error, sent);
  }

  #speaksUnasked(): unknown {
    const count = this.#connection.read(this.#lines.space(), new Deadline(0));
    return count > 0 ? new ProtocolError(UNASKED) : undefined;
  }

  #line(deadline: Deadline): string | undefined {
    for (;;) {
      const line = this.#lines.next();
      if (line !== undefined) return line;
      const count = this.#connection.read(this.#lines.space(), deadline);
      if (count === 0) throw new SystemCallError("read", "EOF");
      if (count < 0) return undefined;
      this.#lines.commit(count);
    }
  }
}
