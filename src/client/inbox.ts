/**
 * What arrives over one connection, given to those who wait for it.
 *
 * @module
 */

import { LineDecoder } from "../protocol/lines.ts";
import { Failure } from "../protocol/outcome.ts";
import type { Wire } from "./wire.ts";

/** Cuts what arrives into lines, and those into replies. */
export class Inbox {
  readonly #wire: Wire;
  readonly #lines: LineDecoder;
  readonly #answered: () => void;

  /**
   * @param wire Who waits for replies.
   * @param maxReply The longest reply in bytes.
   * @param answered Called for each reply whose caller still waited.
   */
  constructor(wire: Wire, maxReply: number, answered: () => void) {
    this.#wire = wire;
    this.#lines = new LineDecoder(maxReply);
    this.#answered = answered;
  }

  /** Whether a line has begun. */
  get pending(): boolean {
    return this.#lines.pending;
  }

  /** @returns Where to read to. */
  space(): Uint8Array {
    return this.#lines.space();
  }

  /** Overwrites what has arrived. */
  wipe(): void {
    this.#lines.wipe();
  }

  /**
   * Takes what was read.
   *
   * @param count How many bytes.
   * @returns `undefined`, or what becomes of all other calls, when the connection is of no more use.
   */
  take(count: number): ((sent: boolean) => Failure) | undefined {
    this.#lines.commit(count);
    try {
      for (let line = this.#lines.next(); line !== undefined; line = this.#lines.next()) {
        if (this.#wire.unasked) {
          this.#wire.hear(line);
          return (sent) => Failure.lost(sent);
        }
        if (this.#wire.answer(line)) this.#answered();
      }
      return undefined;
    } catch (error) {
      // What speaks before it is asked is no daemon: there is no sense in asking it again.
      if (this.#wire.unasked) return (sent) => Failure.of(error, sent);
      const call = this.#wire.calls.shift();
      call?.settle(Failure.of(error, call.sent));
      return (sent) => Failure.lost(sent, error);
    }
  }
}
