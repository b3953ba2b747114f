/** Random choices that a seed repeats. */
export class Random {
  #state = 0;

  /**
   * Begins the sequence of one case, so that a case can be repeated without those before it.
   *
   * @param seed The seed of the run.
   * @param number The number of the case.
   */
  restart(seed: number, number: number): void {
    this.#state = (Math.imul(seed, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b)) >>> 0;
    this.below(2);
  }

  /** A whole number from 0 to `count - 1`. (Mulberry32.) */
  below(count: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor(((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000 * count);
  }

  /** True in so many of a hundred cases. */
  chance(percent: number): boolean {
    return this.below(10_000) < percent * 100;
  }

  /** One of several. */
  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)]!;
  }
}
