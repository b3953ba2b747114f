/**
 * The synchronous twin of the session.
 *
 * @module
 */

import type { Budget } from "./budget.ts";
import { Deadline } from "../deadline.ts";
import { dial, Refusal, type Target } from "./dial.ts";
import { ClientClosedError, ConnectionLostError, TimeoutError } from "../errors/connection.ts";
import type { Executable } from "../errors/denied.ts";
import { PartialFailureError } from "../errors/request.ts";
import { TransportUnavailableError } from "../errors/unavailable.ts";
import { ExchangeSync } from "./exchange_sync.ts";
import { type Frame, wipe } from "../protocol/encode.ts";
import { Denial, type Operation } from "./operations.ts";
import type { Settings } from "./options.ts";
import { Failure, type Outcome } from "../protocol/outcome.ts";
import { Repeat } from "../protocol/retry.ts";
import { replacedHint } from "./session.ts";
import type { ConnectionSync } from "../transport.ts";

/** What a synchronous session is given from outside the core. */
export interface HostSync {
  /** Where to, and how. */
  readonly target: Target;
  /**
   * Looks the calling program up.
   *
   * @param hash Whether its SHA-256 is wanted, for which the whole file is read.
   */
  identify(hash: boolean): Executable | undefined;
}

/** The synchronous session of one client. */
export class SessionSync {
  readonly #host: HostSync;
  readonly #settings: Settings;
  #exchange: ExchangeSync | undefined;
  #endpoint = "";
  #closed = false;

  constructor(host: HostSync, settings: Settings) {
    this.#host = host;
    this.#settings = settings;
  }

  /** The endpoint of the connection now, or of the last one. */
  get endpoint(): string {
    return this.#endpoint;
  }

  /** The connection now, if there is one. */
  get connection(): ConnectionSync | undefined {
    return this.#exchange?.connection;
  }

  /** Runs an operation to its end. */
  run<T>(operation: Operation<T>, budget: Budget): T {
    try {
      let step = operation.next();
      while (!step.done) {
        const outcomes = this.#send(step.value, budget);
        for (const frame of step.value) wipe(frame);
        step = operation.next(outcomes);
      }
      return step.value;
    } catch (problem) {
      throw this.#explained(problem);
    }
  }

  /** Opens the connection. */
  open(budget: Budget): ExchangeSync {
    const { connectTimeout, peer, maxReply } = this.#settings;
    const { transport } = this.#host.target;
    if (transport.connectSync === undefined) {
      throw new TransportUnavailableError(
        transport.name,
        "it cannot wait, so connectSync() needs the ffi transport; use connect() instead",
      );
    }
    const limit = budget.deadline;
    if (limit?.passed) throw new TimeoutError("connection", limit.timeout, false);
    const own = new Deadline(connectTimeout);
    const deadline = limit && limit.at < own.at ? limit : own;
    const attempts = dial<ConnectionSync>(this.#host.target, deadline, peer);
    let step = attempts.next();
    while (!step.done) {
      let result: ConnectionSync | Refusal;
      try {
        result = transport.connectSync(step.value, deadline);
      } catch (error) {
        result = new Refusal(error);
      }
      step = attempts.next(result);
    }
    this.#endpoint = step.value.endpoint;
    return this.#exchange = new ExchangeSync(step.value.connection, maxReply);
  }

  /** Idempotent. */
  close(): void {
    this.#closed = true;
    this.#exchange?.close();
  }

  #send(frames: readonly Frame[], budget: Budget): Outcome[] {
    let repeat: Repeat | undefined;
    try {
      if (this.#closed) throw new ClientClosedError();
      if (frames.length === 0) return [];
      const outcomes = this.#usable(budget).send(frames, budget);
      repeat = Repeat.of(frames, outcomes);
      if (repeat === undefined) return outcomes;
      return repeat.merge(this.#usable(budget).send(repeat.frames, budget));
    } catch (error) {
      if (frames.length === 0) throw error;
      // The operation may know what was done before: it is told what became of each frame.
      return repeat?.giveUp((sent) => Failure.of(error, sent)) ??
        frames.map(() => Failure.of(error, false));
    }
  }

  #usable(budget: Budget): ExchangeSync {
    return this.#exchange && !this.#exchange.ended ? this.#exchange : this.open(budget);
  }

  #explained(problem: unknown): unknown {
    if (problem instanceof Denial) return problem.toError(this.#host.identify(true));
    if (problem instanceof PartialFailureError && problem.cause instanceof Denial) {
      problem.cause = problem.cause.toError(this.#host.identify(true));
    }
    if (problem instanceof ConnectionLostError) {
      const hint = replacedHint(this.#host.identify(false));
      if (hint) return new ConnectionLostError(problem.sent, { cause: problem.cause, hint });
    }
    return problem;
  }
}
