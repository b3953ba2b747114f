/**
 * Requests on the wire, in the order in which the daemon answers them. It has no request ids: that
 * order is all that ties a reply to its request.
 *
 * @module
 */

import type { Call } from "./call.ts";
import { ProtocolError } from "../errors/connection.ts";
import { Fifo } from "./fifo.ts";
import { UNREGISTERED } from "../protocol/outcome.ts";
import { parseResponse, type Response } from "../protocol/envelope.ts";
import { readReply, UNASKED } from "../protocol/reply.ts";

/** What a timeout means on a connection that never answered. */
export const FRESH_HINT =
  "The daemon took the connection but never answered on it: it may be serving 64 others already, " +
  "or still be hashing this executable";

/** The requests of one connection that await their replies. Settled ones are tombstones. */
export class Wire {
  readonly #calls = new Fifo<Call>();
  #bytes = 0;
  #fresh = true;
  #denial: Response | undefined;

  /** The calls, first in first out. */
  get calls(): Fifo<Call> {
    return this.#calls;
  }

  /** Bytes of requests without a reply. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether the daemon has not answered on this connection yet. */
  get fresh(): boolean {
    return this.#fresh;
  }

  /** Whether nothing was ever asked on this connection. */
  get unasked(): boolean {
    return this.#fresh && this.#calls.size === 0;
  }

  /** What it may mean when no reply comes. */
  get hint(): string | undefined {
    return this.#fresh ? FRESH_HINT : undefined;
  }

  /** What the daemon said before it closed: its answer to everything on this connection. */
  get denial(): Response | undefined {
    return this.#denial;
  }

  /** @param call Goes out behind all others. */
  push(call: Call): void {
    call.goesOut(this.hint);
    this.#calls.push(call);
    this.#bytes += call.frame.bytes.length;
  }

  /**
   * Gives a reply to the request that waits longest.
   *
   * @returns Whether its caller still waited.
   * @throws {ProtocolError} When nothing was asked or it does not fit: the call is then still first,
   * so that it can be told. That a tombstone's does not fit means that all are out of step.
   */
  answer(line: string): boolean {
    const call = this.#calls.peek();
    if (call === undefined) throw new ProtocolError(UNASKED);
    const reply = readReply(call.frame, line, call.sent);
    this.#calls.shift();
    this.#bytes -= call.frame.bytes.length;
    this.#fresh = false;
    if (reply.reason === UNREGISTERED) this.#denial = reply;
    if (call.settled) return false;
    call.settle(reply);
    return true;
  }

  /**
   * Takes what the daemon says before it was asked: a denial, or that its config is broken.
   *
   * @throws {ProtocolError} When it is anything else.
   */
  hear(line: string): void {
    const reply = parseResponse(line);
    if (reply.status === "success") throw new ProtocolError(UNASKED);
    this.#denial = reply;
  }
}

/**
 * Says which calls of a failed write went out whole.
 *
 * @param calls What was written at once.
 * @param written Bytes of it that had gone out.
 */
export function markSent(calls: readonly Call[], written: number): void {
  for (const call of calls) {
    // Without only its line feed the daemon would still answer it at the close.
    call.sent = written >= call.frame.bytes.length - 1;
    written -= call.frame.bytes.length;
  }
}
