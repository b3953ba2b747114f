/**
 * Reads of the same turn travel as one request.
 *
 * @module
 */

import { type Budget, UNLIMITED } from "./budget.ts";
import { Deadline } from "./deadline.ts";
import { TimeoutError } from "./errors/connection.ts";
import { DaemonError } from "./errors/request.ts";
import { type Operation, read } from "./operations.ts";
import type { Secret } from "./secret.ts";

/** One caller who waits for some targets. */
interface Reader {
  readonly targets: readonly string[];
  readonly budget: Budget;
  resolve(secrets: Map<string, Secret>): void;
  reject(error: unknown): void;
}

/** Runs an operation. */
type Run = <T>(operation: Operation<T>, budget: Budget) => Promise<T>;

/** Collects the reads of one turn, by service. */
export class Coalescer {
  readonly #run: Run;
  #waiting = new Map<string, Reader[]>();

  /** @param run How to run the merged operation. */
  constructor(run: Run) {
    this.#run = run;
  }

  /** Reads `targets`, together with whatever else of the service is read in this turn. */
  read(service: string, targets: readonly string[], budget: Budget): Promise<Map<string, Secret>> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.size === 0) queueMicrotask(() => this.flush());
      const readers = this.#waiting.get(service);
      const reader: Reader = { targets, budget, resolve, reject };
      if (readers === undefined) this.#waiting.set(service, [reader]);
      else readers.push(reader);
    });
  }

  /** Sends what was collected, so that what the caller does next comes after it. */
  flush(): void {
    if (this.#waiting.size === 0) return;
    const waiting = this.#waiting;
    this.#waiting = new Map();
    for (const [service, readers] of waiting) {
      if (readers.length === 1) this.#alone(service, readers[0]!);
      else this.#together(service, readers);
    }
  }

  #alone(service: string, { targets, budget, resolve, reject }: Reader): void {
    this.#run(read(service, targets), budget).then(resolve, reject);
  }

  #together(service: string, readers: readonly Reader[]): void {
    const budget = new SharedBudget(readers);
    const targets = [...new Set(readers.flatMap((reader) => reader.targets))];
    this.#run(read(service, targets), budget.merged).then((secrets) => {
      for (const reader of budget.present) reader.resolve(pick(secrets, reader.targets));
    }, (error) => {
      const alone = error instanceof DaemonError && error.reason === "internal_error";
      for (const reader of budget.present) {
        // One entry that the keychain cannot give must not fail the others.
        if (alone) this.#alone(service, reader);
        else reader.reject(error);
      }
    }).finally(() => budget.end());
  }
}

/** Lets every reader leave by its own timeout and signal, and ends the request when all have. */
class SharedBudget {
  readonly merged: Budget;
  readonly #present: Set<Reader>;
  readonly #cleanups: (() => void)[] = [];

  constructor(readers: readonly Reader[]) {
    this.#present = new Set(readers);
    const limited = readers.filter(({ budget }) => budget.deadline ?? budget.signal);
    if (limited.length === 0) {
      this.merged = UNLIMITED;
      return;
    }
    const controller = new AbortController();
    const deadlines = readers.map(({ budget }) => budget.deadline);
    const latest = deadlines.every((deadline) => deadline !== undefined)
      ? deadlines.reduce((a, b) => a.at > b.at ? a : b)
      : undefined;
    // A little later than its readers, so that each of them is told by its own clock.
    this.merged = {
      signal: controller.signal,
      deadline: latest && new Deadline(latest.timeout + 1000, latest.at - latest.timeout),
    };
    for (const reader of limited) this.#watch(reader, controller);
  }

  /** Those who still wait. */
  get present(): Iterable<Reader> {
    return this.#present;
  }

  end(): void {
    for (const cleanup of this.#cleanups) cleanup();
  }

  #watch(reader: Reader, controller: AbortController): void {
    const { deadline, signal } = reader.budget;
    const leave = (error: unknown): void => {
      if (!this.#present.delete(reader)) return;
      reader.reject(error);
      if (this.#present.size === 0) controller.abort();
    };
    if (signal !== undefined) {
      const abort = (): void => leave(signal.reason);
      signal.addEventListener("abort", abort);
      this.#cleanups.push(() => signal.removeEventListener("abort", abort));
      if (signal.aborted) abort();
    }
    if (deadline !== undefined) {
      const late = (): void => leave(new TimeoutError("reply", deadline.timeout, true));
      const timer = setTimeout(late, Math.ceil(deadline.remaining()));
      this.#cleanups.push(() => clearTimeout(timer));
    }
  }
}

/** The reader's own, in the order of its own targets. */
function pick(secrets: Map<string, Secret>, targets: readonly string[]): Map<string, Secret> {
  const own = new Map<string, Secret>();
  for (const target of targets) {
    const secret = secrets.get(target);
    if (secret !== undefined) own.set(target, secret);
  }
  return own;
}
