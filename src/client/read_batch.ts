/**
 * Reads of the same turn travel as one request.
 *
 * @module
 */

import { type Budget, type Progress, UNLIMITED } from "./budget.ts";
import { Deadline, MAX_TIMEOUT } from "../deadline.ts";
import { TimeoutError } from "../errors/connection.ts";
import { DaemonError, RequestTooLargeError } from "../errors/request.ts";
import type { Found } from "./found.ts";
import { find, type Operation } from "./operations.ts";
import type { Session } from "./session.ts";
import { watch } from "./abort.ts";

/** One caller who waits for some targets. */
export interface Reader {
  readonly targets: readonly string[];
  readonly budget: Budget;
  /** Given what others asked for too: it takes its own. */
  resolve(found: Found): void;
  reject(error: unknown): void;
}

/** The reads of one service. */
interface Batch {
  readonly service: string;
  readonly readers: Reader[];
}

/** Collects the reads of one turn, by service. */
export class Coalescer {
  readonly #session: Pick<Session, "run">;
  /** Mostly one: a map would cost every single read more than it saves the others. */
  #waiting: Batch[] = [];

  /** @param session Who asks the daemon. */
  constructor(session: Pick<Session, "run">) {
    this.#session = session;
  }

  /** Reads what `reader` wants, together with whatever else of the service is read in this turn. */
  add(service: string, reader: Reader): void {
    if (this.#waiting.length === 0) queueMicrotask(this.flush);
    for (const batch of this.#waiting) {
      if (batch.service === service) return void batch.readers.push(reader);
    }
    this.#waiting.push({ service, readers: [reader] });
  }

  /** Sends what was collected, so that what the caller does next comes after it. */
  readonly flush = (): void => {
    if (this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { service, readers } of waiting) {
      if (readers.length === 1) this.#alone(service, readers[0]!);
      else this.#together(service, readers);
    }
  };

  #alone(service: string, { targets, budget, resolve, reject }: Reader): void {
    this.#session.run(find(service, targets), budget, resolve, reject);
  }

  #together(service: string, readers: readonly Reader[]): void {
    const budget = new SharedBudget(readers);
    const targets = new Set<string>();
    for (const reader of readers) for (const target of reader.targets) targets.add(target);
    const operation = budget.until(find(service, [...targets]));
    this.#session.run(operation, budget.merged, (found) => {
      for (const reader of budget.present) reader.resolve(found);
    }, (error) => {
      // One entry that the keychain cannot give, or that is too long, must not fail the others.
      const alone = error instanceof RequestTooLargeError ||
        (error instanceof DaemonError && error.reason === "internal_error");
      for (const reader of budget.present) {
        if (alone) this.#alone(service, reader);
        else reader.reject(error);
      }
    });
  }
}

/** Lets every reader leave by its own timeout and signal, and ends the request when all have. */
class SharedBudget {
  readonly merged: Budget;
  readonly #present: Set<Reader> | readonly Reader[];
  readonly #controller: AbortController | undefined;
  readonly #progress: Progress = { sent: false };
  readonly #cleanups: (() => void)[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(readers: readonly Reader[]) {
    const limited = readers.filter(({ budget }) => budget.deadline ?? budget.signal);
    if (limited.length === 0) {
      this.#present = readers;
      this.merged = UNLIMITED;
      return;
    }
    this.#present = new Set(readers);
    this.#controller = new AbortController();
    const deadlines = readers.map(({ budget }) => budget.deadline);
    const latest = deadlines.every((deadline) => deadline !== undefined)
      ? deadlines.reduce((a, b) => a.at > b.at ? a : b)
      : undefined;
    // A little later than its readers, so that each of them is told by its own clock.
    this.merged = {
      signal: this.#controller.signal,
      progress: this.#progress,
      deadline: latest &&
        new Deadline(Math.min(latest.timeout + 1000, MAX_TIMEOUT), latest.at - latest.timeout),
    };
    for (const reader of limited) this.#watch(reader);
    this.#arm();
  }

  /** Those who still wait. */
  get present(): Iterable<Reader> {
    return this.#present;
  }

  /** Nobody is late any more once the outcome is known, though a denial takes long to explain. */
  *until<T>(operation: Operation<T>): Operation<T> {
    try {
      return yield* operation;
    } finally {
      if (this.#timer !== undefined) clearTimeout(this.#timer);
      for (const cleanup of this.#cleanups) cleanup();
    }
  }

  #watch(reader: Reader): void {
    const { signal } = reader.budget;
    if (signal === undefined) return;
    this.#cleanups.push(watch(signal, () => this.#leave(reader, signal.reason)));
  }

  /** One timer for all, for the earliest deadline. */
  #arm(): void {
    let first: Deadline | undefined;
    for (const { budget: { deadline } } of this.#present) {
      if (deadline && (first === undefined || deadline.at < first.at)) first = deadline;
    }
    if (first === undefined) return;
    const delay = Math.min(MAX_TIMEOUT, Math.ceil(first.remaining()));
    this.#timer = setTimeout(() => this.#expire(), delay);
  }

  #expire(): void {
    for (const reader of [...this.#present]) {
      const { deadline } = reader.budget;
      if (!deadline?.passed) continue;
      const { sent, hint } = this.#progress;
      this.#leave(reader, new TimeoutError("reply", deadline.timeout, sent, hint));
    }
    this.#arm();
  }

  #leave(reader: Reader, error: unknown): void {
    const present = this.#present as Set<Reader>;
    if (!present.delete(reader)) return;
    reader.reject(error);
    if (present.size === 0) this.#controller!.abort();
  }
}
