/**
 * What a key may hold that one lane writes: the last value that was acknowledged, or one whose write
 * or delete ended in an error that leaves open whether it was applied.
 */
export class Written {
  readonly key: string;
  #attempted = 0;
  #known: number | undefined;
  #absent = true;
  #incarnation: string | undefined;
  readonly #open = new Set<number>();

  constructor(key: string) {
    this.key = key;
  }

  /** The next value to write, and its number. */
  next(): { number: number; value: string } {
    const number = ++this.#attempted;
    return { number, value: `${this.key}#${number}` };
  }

  acknowledged(number: number): void {
    this.#known = number;
    this.#absent = false;
  }

  /** A write with this number ended in an error. */
  unknown(number: number): void {
    this.#open.add(number);
  }

  /** A delete was acknowledged, or ended in an error. */
  deleted(surely: boolean): void {
    this.#absent = true;
    if (surely) this.#known = undefined;
  }

  /**
   * Judges what one reply said.
   *
   * @param incarnation Which daemon answered. A new one has lost what was written.
   * @returns What is wrong with the value, or undefined.
   */
  fault(value: string | undefined, incarnation: string | undefined): string | undefined {
    if (incarnation === undefined) return "the name INCARNATION is missing in a reply";
    if (incarnation !== this.#incarnation) {
      this.#incarnation = incarnation;
      this.#absent = true;
    }
    if (value === undefined) return this.#absent ? undefined : `${this.key} is missing`;
    const [key, number] = value.split("#");
    if (key !== this.key) return `${this.key} holds a value of ${key}`;
    if (Number(number) === this.#known || this.#open.has(Number(number))) return undefined;
    return `${this.key} holds number ${number}, not ${this.#known}`;
  }
}
