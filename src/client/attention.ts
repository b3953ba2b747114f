/**
 * Whether a connection has to be looked at before something is sent over it.
 *
 * @module
 */

import type { Frame } from "../protocol/encode.ts";

/** For how long after a read another one is sent without looking first, in milliseconds. */
const SPAN = 1;

/** Remembers when a connection was last read from with attention to all that came. */
export class Attention {
  #read = -Infinity;

  /**
   * Whether a request is a read that follows another one so closely that looking would cost more
   * than it can find: that the connection was closed is told by sending too, and a reply that nobody
   * asked for by the names in it, if it has any.
   *
   * @param frame The request.
   * @param start When it was asked, in milliseconds of `performance.now()`.
   */
  covers({ action }: Frame, start: number): boolean {
    const last = this.#read;
    this.#read = action === "read" ? start : -Infinity;
    return action === "read" && start - last < SPAN;
  }
}
