/**
 * Requests that keep an idle connection open.
 *
 * @module
 */

import { clearTimer, setTimer, type Timer } from "../clock.ts";
import { encodeFrame } from "../protocol/encode.ts";
import { holdTimer } from "../runtime.ts";
import type { Session } from "./session.ts";

/** The daemon closes after 30 s without a line. A request every 20 s keeps the connection. */
const INTERVAL = 20_000;

/**
 * Sends a `check` at intervals, which the daemon denies without access to its keychain. It neither
 * keeps the process alive nor opens a connection, and it does not keep an unused session from being
 * garbage-collected.
 */
export class KeepAlive {
  readonly #session: WeakRef<Pick<Session, "ping">>;
  readonly #interval: number;
  #timer: Timer | undefined;

  /**
   * @param session The session whose connection to keep.
   * @param interval Milliseconds between two requests.
   */
  constructor(session: Pick<Session, "ping">, interval: number = INTERVAL) {
    this.#session = new WeakRef(session);
    this.#interval = interval;
    this.#start();
  }

  stop(): void {
    clearTimer(this.#timer);
  }

  #start(): void {
    this.#timer = setTimer(() => {
      const session = this.#session.deref();
      if (session === undefined) return;
      session.ping(
        encodeFrame({ action: "check", service: "keep-alive", targets: ["keep-alive"] }),
      );
      this.#start();
    }, this.#interval);
    holdTimer(this.#timer, false);
  }
}
