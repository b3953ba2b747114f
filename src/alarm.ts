/**
 * One timer for the earliest of many deadlines.
 *
 * @module
 */

import type { Call } from "./call.ts";
import { MAX_TIMEOUT } from "./deadline.ts";

/** Rings when the first of the open calls is late. Costs nothing until it is set. */
export class Alarm {
  readonly #open: () => Iterable<Call>;
  readonly #late: (call: Call) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #at = Infinity;

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
