/**
 * Pings that keep an idle connection open.
 *
 * @module
 */

import { encodeFrame } from "../protocol/encode.ts";
import { unrefTimer } from "../runtime.ts";
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
      session.ping(
        encodeFrame({ action: "check", service: "keep-alive", targets: ["keep-alive"] }),
      );
    }, INTERVAL);
    unrefTimer(this.#timer);
  }

  /** Ends the pings. */
  stop(): void {
    clearInterval(this.#timer);
  }
}
