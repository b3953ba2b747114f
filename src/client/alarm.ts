/**
 * One timer for the earliest of many deadlines.
 *
 * @module
 */

import type { Call } from "./call.ts";
import { MAX_TIMEOUT } from "../deadline.ts";
import { refTimer, unrefTimer } from "../runtime.ts";

/** Rings when the first of the open calls is late. Costs nothing until it is set. */
export class Alarm {
  readonly #open: () => Iterable<Call>;
  readonly #late: (call: Call) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #at = Infinity;
  #resting = false;

  /**
   * @param open The calls to watch.
   * @param late What to do with one that is late.
   */
  constructor(open: () => Iterable<Call>, late: (call: Call) => void) {
    this.#open = open;
    this.#late = late;
  }

  /** Watches the open calls from now on. */
  set(): void {
    if (this.#timer === undefined) this.#arm();
    else if (this.#resting) refTimer(this.#timer);
    this.#resting = false;
  }

  /**
   * Watches nothing for now. The timer stays and only lets the process end: the next call is most
   * likely to need it again, and to set one for each call costs more than to send the call.
   */
  rest(): void {
    if (this.#timer === undefined || this.#resting) return;
    unrefTimer(this.#timer);
    this.#resting = true;
  }

  /** Takes a call into account that was added. */
  add({ deadline }: Call): void {
    if (this.#timer !== undefined && deadline < this.#at) this.#arm();
  }

  /** Stops watching. */
  clear(): void {
    // The first use of any timer costs Deno some milliseconds, so there is none unless one is set.
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#at = Infinity;
    this.#resting = false;
  }

  #arm(): void {
    this.clear();
    for (const { settled, deadline } of this.#open()) {
      if (!settled && deadline < this.#at) this.#at = deadline;
    }
    if (this.#at === Infinity) return;
    // Longer than timers take is looked at again when the timer rings.
    const delay = Math.ceil(Math.min(MAX_TIMEOUT, Math.max(0, this.#at - performance.now())));
    this.#timer = setTimeout(() => this.#ring(), delay);
  }

  #ring(): void {
    this.#timer = undefined;
    const now = performance.now();
    for (const call of [...this.#open()]) {
      if (!call.settled && call.deadline <= now) this.#late(call);
    }
    this.#arm();
  }
}
