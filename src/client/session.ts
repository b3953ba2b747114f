/**
 * A session: one connection at a time, opened when it is needed, replaced when it was lost.
 *
 * @module
 */

import type { Budget } from "./budget.ts";
import type { Asker } from "./call.ts";
import { Deadline, MAX_TIMEOUT } from "../deadline.ts";
import { dial, type Opened, Refusal, type Target } from "./dial.ts";
import { ClientClosedError, ConnectionLostError, TimeoutError } from "../errors/connection.ts";
import type { Executable } from "../errors/denied.ts";
import { PartialFailureError } from "../errors/request.ts";
import { Exchange } from "./exchange.ts";
import type { Frame } from "../protocol/encode.ts";
import { Denial, type Operation } from "./operations.ts";
import type { Settings } from "./options.ts";
import { Failure, type Outcome } from "../protocol/outcome.ts";
import { admit, bytesOf } from "./outbox.ts";
import { Repeat } from "../protocol/retry.ts";
import { Run, type Sender } from "./run.ts";
import { debug } from "../runtime.ts";
import { watch } from "./abort.ts";
import type { Connection } from "../transport.ts";

/** What a session is given from outside the core. */
export interface Host {
  /** Where to, and how. */
  readonly target: Target;
  /**
   * Looks the calling program up.
   *
   * @param hash Whether its SHA-256 is wanted, for which the whole file is read.
   */
  identify(hash: boolean): Promise<Executable | undefined>;
}

/** Who waits for a connection. */
interface Waiter {
  take(exchange: Exchange): void;
  fail(error: unknown): void;
}

/** The asynchronous session of one client. */
export class Session implements Sender {
  readonly #host: Host;
  readonly #settings: Settings;
  #exchange: Exchange | undefined;
  /** Also those that only await their last replies. */
  readonly #exchanges = new Set<Exchange>();
  #opening = false;
  /** Until when it may take to open. */
  #patience: Deadline | undefined;
  /** Those who wait for it, in the order of asking. */
  readonly #waiting = new Set<Waiter>();
  /** Bytes that they want to send. */
  #queued = 0;
  #endpoint: string;
  #closed = false;

  constructor(host: Host, settings: Settings) {
    this.#host = host;
    this.#settings = settings;
    this.#endpoint = host.target.candidates[0] ?? "";
  }

  /** The endpoint of the connection now, or of the last one. */
  get endpoint(): string {
    return this.#endpoint;
  }

  /** The connection now, if there is one. */
  get connection(): Connection | undefined {
    return this.#exchange?.connection;
  }

  /** Runs an operation to its end. */
  run<T>(
    operation: Operation<T>,
    budget: Budget,
    resolve: (value: T) => void,
    reject: (error: unknown) => void,
  ): void {
    new Run(this, operation, budget, resolve, reject).start();
  }

  send(frames: readonly Frame[], budget: Budget, asker: Asker): void {
    if (this.#closed) throw new ClientClosedError();
    budget.signal?.throwIfAborted();
    if (frames.length === 0) return asker.take([]);
    const exchange = this.#usable();
    if (exchange !== undefined) return exchange.send(frames, budget, asker);
    admit(this.#queued, frames);
    this.#whenOpen(
      budget,
      (opened) => opened.send(frames, budget, asker),
      (error) => asker.fail(error),
      bytesOf(frames),
    );
  }

  async repeat(
    frames: readonly Frame[],
    outcomes: Outcome[],
    budget: Budget,
  ): Promise<Outcome[]> {
    const repeat = Repeat.of(frames, outcomes);
    if (repeat === undefined) return outcomes;
    debug(`the connection was lost; repeating ${repeat.frames.length} requests on a new one`);
    try {
      const second = await new Promise<Outcome[]>((take, fail) =>
        this.#whenOpen(budget, (opened) => opened.send(repeat.frames, budget, { take }), fail)
      );
      return repeat.merge(second);
    } catch (error) {
      const end = budget.signal?.aborted ? Failure.aborted : Failure.of;
      return repeat.giveUp((sent) => end(error, sent));
    }
  }

  /** Opens the connection, once for all who wait for it. */
  open(budget: Budget): Promise<Exchange> {
    return new Promise((resolve, reject) => this.#whenOpen(budget, resolve, reject));
  }

  /**
   * Asks a question whose answer nobody waits for, if the connection is idle.
   *
   * @param frame The request; no write.
   */
  ping(frame: Frame): void {
    this.#usable()?.ping(frame);
  }

  /** Closes; what is under way ends with {@linkcode ClientClosedError}. Idempotent. */
  close(): void {
    this.#closed = true;
    this.#patience?.end();
    for (const waiter of this.#waiting) waiter.fail(new ClientClosedError());
    for (const exchange of [...this.#exchanges]) exchange.close(Failure.closed);
  }

  /** While some wait for the connection, everybody goes behind them. */
  #usable(): Exchange | undefined {
    return this.#opening || this.#exchange?.ended ? undefined : this.#exchange;
  }

  /** Opens, and lets those who wait have it, also those who come while that is done. */
  async #open(): Promise<void> {
    this.#opening = true;
    try {
      const exchange = await this.#dial();
      for (const waiter of this.#waiting) waiter.take(exchange);
    } catch (error) {
      for (const waiter of this.#waiting) waiter.fail(error);
    } finally {
      this.#opening = false;
    }
  }

  async #dial(): Promise<Exchange> {
    const { connectTimeout, peer, maxReply } = this.#settings;
    const deadline = this.#patience = new Deadline(connectTimeout);
    const { transport } = this.#host.target;
    const attempts = dial<Connection>(this.#host.target, deadline, peer);
    let step = attempts.next();
    while (!step.done) {
      let result: Connection | Refusal;
      try {
        result = await transport.connect(step.value, deadline);
      } catch (error) {
        result = new Refusal(error);
      }
      step = attempts.next(result);
    }
    const { connection, endpoint }: Opened<Connection> = step.value;
    if (this.#closed) {
      connection.close();
      throw new ClientClosedError();
    }
    this.#endpoint = endpoint;
    const exchange = new Exchange(connection, maxReply, () => {
      this.#exchanges.delete(exchange);
      if (this.#exchange === exchange) this.#exchange = undefined;
    });
    this.#exchanges.add(exchange);
    return this.#exchange = exchange;
  }

  /**
   * Waits for a connection within the caller's limits; it goes on without this caller otherwise.
   *
   * @param take Given the connection. What it throws is given to `fail`.
   * @param size Bytes that wait to be sent meanwhile.
   */
  #whenOpen(
    { deadline, signal }: Budget,
    take: (exchange: Exchange) => void,
    fail: (error: unknown) => void,
    size = 0,
  ): void {
    const exchange = this.#usable();
    if (exchange !== undefined) return take(exchange);
    let unwatch = (): void => {};
    const done = (): void => {
      if (timer !== undefined) clearTimeout(timer);
      this.#waiting.delete(waiter);
      this.#queued -= size;
      unwatch();
    };
    const waiter: Waiter = {
      take(exchange) {
        done();
        try {
          take(exchange);
        } catch (error) {
          fail(error);
        }
      },
      fail(error) {
        done();
        fail(error);
      },
    };
    const timer = deadline && setTimeout(() => {
      waiter.fail(new TimeoutError("connection", deadline.timeout, false));
    }, Math.min(MAX_TIMEOUT, Math.ceil(deadline.remaining())));
    this.#waiting.add(waiter);
    this.#queued += size;
    if (signal !== undefined) unwatch = watch(signal, () => waiter.fail(signal.reason));
    if (!this.#opening) void this.#open();
  }

  async explained(problem: unknown): Promise<unknown> {
    if (problem instanceof Denial) return problem.toError(await this.#host.identify(true));
    if (problem instanceof PartialFailureError && problem.cause instanceof Denial) {
      problem.cause = problem.cause.toError(await this.#host.identify(true));
    }
    if (problem instanceof ConnectionLostError) {
      const hint = replacedHint(await this.#host.identify(false));
      if (hint) return new ConnectionLostError(problem.sent, { cause: problem.cause, hint });
    }
    return problem;
  }
}

/** The daemon closes at once, without a word, when it cannot find the caller's executable. */
export function replacedHint(executable: Executable | undefined): string | undefined {
  if (!executable?.replaced) return undefined;
  return `The executable ${executable.path} was replaced or deleted while it runs, and the daemon ` +
    "closes such connections: start the program again";
}
