/**
 * A session: one connection at a time, opened when it is needed, replaced when it was lost.
 *
 * @module
 */

import type { Budget } from "./budget.ts";
import type { Asker } from "./call.ts";
import { Deadline } from "./deadline.ts";
import { dial, type Opened, Refusal, type Target } from "./dial.ts";
import { ClientClosedError, ConnectionLostError, TimeoutError } from "./errors/connection.ts";
import type { Executable } from "./errors/denied.ts";
import { PartialFailureError } from "./errors/request.ts";
import { Exchange } from "./exchange.ts";
import type { Frame } from "./frame.ts";
import { Denial, type Operation } from "./operations.ts";
import type { Settings } from "./options.ts";
import { Failure, type Outcome } from "./outcome.ts";
import { Repeat } from "./repeat.ts";
import { Run, type Sender } from "./run.ts";
import { debug } from "./runtime.ts";
import { watch } from "./signals.ts";
import type { Connection } from "./transport.ts";

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

/** The asynchronous session of one client. */
export class Session implements Sender {
  readonly #host: Host;
  readonly #settings: Settings;
  #exchange: Exchange | undefined;
  /** Also those that only await their last replies. */
  readonly #exchanges = new Set<Exchange>();
  #opening: Promise<Exchange> | undefined;
  /** Until when it may take to open. */
  #patience: Deadline | undefined;
  /** Those who wait for it. */
  readonly #waiting = new Set<() => void>();
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
    const exchange = this.#usable();
    if (exchange !== undefined) return exchange.send(frames, budget, asker);
    this.open(budget).then((opened) => opened.send(frames, budget, asker))
      .catch((error) => asker.fail(error));
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
      const exchange = this.#usable() ?? await this.open(budget);
      const second = await new Promise<Outcome[]>((take) =>
        exchange.send(repeat.frames, budget, { take })
      );
      return repeat.merge(second);
    } catch (error) {
      const end = this.#closed || budget.signal?.aborted ? Failure.aborted : Failure.of;
      return repeat.giveUp((sent) => end(error, sent));
    }
  }

  /** Opens the connection, once for all who wait for it. */
  async open(budget: Budget): Promise<Exchange> {
    const opening = this.#opening ??= this.#dial().finally(() => this.#opening = undefined);
    return await this.#within(opening, budget);
  }

  /** Closes; what is under way ends with {@linkcode ClientClosedError}. Idempotent. */
  close(): void {
    this.#closed = true;
    this.#patience?.end();
    for (const leave of this.#waiting) leave();
    for (const exchange of [...this.#exchanges]) exchange.close(Failure.closed);
  }

  #usable(): Exchange | undefined {
    return this.#exchange?.ended ? undefined : this.#exchange;
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

  /** Waits for a connection within the caller's limits; it goes on without this caller otherwise. */
  #within(opening: Promise<Exchange>, { deadline, signal }: Budget): Promise<Exchange> {
    return new Promise((resolve, reject) => {
      let unwatch = (): void => {};
      const end = (error: unknown): void => {
        if (timer !== undefined) clearTimeout(timer);
        this.#waiting.delete(leave);
        unwatch();
        reject(error);
      };
      const leave = (): void => end(new ClientClosedError());
      const timer = deadline && setTimeout(() => {
        end(new TimeoutError("connection", deadline.timeout, false));
      }, Math.ceil(deadline.remaining()));
      this.#waiting.add(leave);
      if (signal !== undefined) unwatch = watch(signal, () => end(signal.reason));
      opening.then((exchange) => {
        resolve(exchange);
        end(undefined);
      }, end);
    });
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
