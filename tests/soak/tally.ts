/** What the lanes of the soak counted. */
import { KeychainAuthError } from "../../mod.ts";

class Tally {
  readonly #operations: Record<string, number> = {};
  readonly #errors: Record<string, number> = {};
  readonly #wrong: string[] = [];
  readonly #foreign: string[] = [];
  #hangs = 0;

  operation(lane: string): void {
    this.#operations[lane] = (this.#operations[lane] ?? 0) + 1;
  }

  /** An error that the library threw: one of its own, or a fault. */
  error(error: unknown): void {
    if (!(error instanceof KeychainAuthError)) return this.foreign(error);
    this.#errors[error.code] = (this.#errors[error.code] ?? 0) + 1;
  }

  foreign(error: unknown): void {
    this.#foreign.push(error instanceof Error ? error.stack ?? error.message : String(error));
  }

  wrong(what: string | undefined): void {
    if (what !== undefined) this.#wrong.push(what);
  }

  hang(): void {
    this.#hangs++;
  }

  report() {
    return {
      operations: this.#operations,
      errors: this.#errors,
      wrong: this.#wrong.length,
      hangs: this.#hangs,
      foreign: this.#foreign.length,
      examples: [...this.#wrong.slice(0, 5), ...this.#foreign.slice(0, 5)],
    };
  }
}

export const tally: Tally = new Tally();

/** What a client of the soak reports at its end. */
export type Report = ReturnType<Tally["report"]> & {
  descriptorsBefore: number;
  descriptorsAfter: number;
  /** Resident memory in MiB after a collection: warm, at each quarter of the time, at the end. */
  memories: number[];
};
