/**
 * Pings that keep an idle connection open.
 *
 * @module
 */

import { UNLIMITED } from "./budget.ts";
import { encodeFrame } from "./frame.ts";
import type { Operation } from "./operations.ts";
import { unrefTimer } from "./runtime.ts";
import type { Session } from "./session.ts";

/** The daemon closes after 30 s without a line; 20 s was seen to keep a connection. */
const INTERVAL = 20_000;

/**
 * Asks for a `check` now and then, which the daemon denies without touching its keychain. Does not
 * keep the process alive, and opens no connection where none is.
 */
export class KeepAlive {
  readonly #timer: ReturnType<typeof setInterval>;

  /** @param session Whose connection to keep. */
  constructor(session: Session) {
    this.#timer = setInterval(() => {
      if (session.connection === undefined) return;
      // What goes wrong is told to the caller of the next call.
      session.run(ping(), UNLIMITED, () => {}, () => {});
    }, INTERVAL);
    unrefTimer(this.#timer);
  }

  /** Ends the pings. */
  stop(): void {
    clearInterval(this.#timer);
  }
}

function* ping(): Operation<void> {
  yield [encodeFrame({ action: "check", service: "keep-alive", targets: ["keep-alive"] })];
}
