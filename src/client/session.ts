/**
 * A session: one connection at a time, opened when needed and replaced when lost.
 *
 * @module
 */

import { clearTimer, Deadline, setTimer } from "../clock.ts";
import { ClientClosedError, TimeoutError } from "../errors/connection.ts";
import { type Frame, wipe } from "../protocol/encode.ts";
import { Failure, type Outcome } from "../protocol/outcome.ts";
import { bytesOf, refuse } from "../protocol/pipeline.ts";
import { debug } from "../runtime.ts";
import type { Connection } from "../transport.ts";
import { watch } from "./abandoned.ts";
import { ConnectionAsync } from "./connection_async.ts";
import { denierOf, type Destination, isExplainable } from "./denial.ts";
import { ConnectFailure, dial, type DialFailure, type Route } from "./dial.ts";
import { dialTurn } from "./dial_turns.ts";
import type { Operation } from "./operation.ts";
import type { Limits, Settings } from "./options.ts";
import { trustOf } from "./peer.ts";

/** What a session gets from outside the client. */
export interface SessionHost {
  readonly route: Route;
  /**
   * @returns The error for the caller, with an explanation and a remedy from facts about this
   * machine.
   */
  explain(problem: unknown, place: Destination): Promise<unknown>;
  /** @returns The failure for all callers who wait for a connection, with a remedy. */
  noRoute(failure: DialFailure): Promise<Failure>;
}

interface Waiter {
  take(connection: ConnectionAsync): void;
  fail(failure: Failure): void;
}

export class Session {
  readonly #host: SessionHost;
  readonly #settings: Settings;
  #current: ConnectionAsync | undefined;
  /** Includes connections that only await their last replies. */
  readonly #connections = new Set<ConnectionAsync>();
  /** The deadline of connecting. Set while a connection is being opened. */
  #opening: Deadline | undefined;
  /** The callers who wait for the connection, in the order of their calls. */
  readonly #waiting = new Set<Waiter>();
  /** Bytes that these callers want to send. */
  #bytesWaiting = 0;
  #endpoint: string;
  /** Who listens there. */
  #peer: Connection["peer"];
  /** Whether the daemon answered on the connection that ended last. */
  #answered = true;
  #closed = false;

  constructor(host: SessionHost, settings: Settings) {
    this.#host = host;
    this.#settings = settings;
    this.#endpoint = host.route.candidates[0] ?? "";
  }

  /** The endpoint of the connection, or of the last one. */
  get endpoint(): string {
    return this.#endpoint;
  }

  get connection(): Connection | undefined {
    return this.#current?.connection;
  }

  /**
   * Runs an operation to its end.
   *
   * @param operation The operation.
   * @param limits The caller's limits.
   */
  async run<T>(operation: Operation<T>, limits: Limits): Promise<T> {
    try {
      let step = operation.next([]);
      while (!step.done) step = operation.next(await this.exchange(step.value, limits));
      return step.value;
    } catch (problem) {
      throw await this.explain(problem);
    }
  }

  /**
   * Sends requests and awaits their outcomes. Requests that were lost are sent once more where that
   * is safe.
   *
   * @param frames The requests. Even without requests, a closed client is an error.
   * @param limits The caller's limits.
   * @returns The outcomes in the order of the frames.
   */
  async exchange(frames: readonly Frame[], limits: Limits): Promise<Outcome[]> {
    if (frames.length === 0) {
      if (this.#closed) throw new ClientClosedError();
      return [];
    }
    const usable = this.#usable();
    let outcomes =
      await (usable === undefined || limits.abort?.aborted
        ? this.#sendLater(frames, limits)
        : usable.send(frames, limits));
    let failed = false;
    for (const outcome of outcomes) failed ||= outcome instanceof Failure;
    if (failed) outcomes = await this.#retry(frames, outcomes, limits);
    if (frames[0]!.action === "write") wipeUnsent(frames, outcomes);
    return outcomes;
  }

  /**
   * Opens the connection, once for all callers who wait for it.
   *
   * @throws The error of connecting.
   */
  async open(limits: Limits): Promise<void> {
    const failure = await new Promise<Failure | undefined>((resolve) =>
      this.#whenOpen(limits, () => resolve(undefined), resolve)
    );
    if (failure !== undefined) throw failure.error;
  }

  /** Sends a request without waiting for its reply, if the connection is idle. */
  ping(frame: Frame): void {
    void this.#usable()?.ping(frame);
  }

  /** Closes the session. Calls under way end with `ClientClosedError`. Idempotent. */
  close(): void {
    this.#closed = true;
    this.#opening?.end();
    for (const waiter of this.#waiting) waiter.fail(Failure.closed(false));
    for (const connection of this.#connections) connection.close(Failure.closed);
  }

  /** @returns The error that the caller sees for a problem. */
  async explain(problem: unknown): Promise<unknown> {
    // Only a new connection sees a change of the policy.
    const denier = denierOf(problem);
    denier?.retire();
    if (this.#current === denier) this.#current = undefined;
    if (!isExplainable(problem)) return problem;
    const place = { endpoint: this.#endpoint, peer: this.#peer, answered: this.#answered };
    return await this.#host.explain(problem, place);
  }

  /** Sends as soon as there is a connection. */
  #sendLater(frames: readonly Frame[], limits: Limits): Promise<Outcome[]> {
    return new Promise((resolve) => {
      const fail = (failure: Failure): void => resolve(frames.map(() => failure));
      const { abort } = limits;
      if (this.#closed) fail(Failure.closed(false));
      else if (abort?.aborted) fail(Failure.aborted(abort.reason, false));
      else {
        const send = (connection: ConnectionAsync) => resolve(connection.send(frames, limits));
        this.#whenOpen(limits, send, fail, frames);
      }
    });
  }

  async #retry(
    frames: readonly Frame[],
    outcomes: Outcome[],
    limits: Limits,
  ): Promise<Outcome[]> {
    const { Retry } = await import("../protocol/retry.ts");
    const retry = new Retry(frames, outcomes);
    if (retry.frames.length === 0) return outcomes;
    debug(`connection lost; sending ${retry.frames.length} requests again on a new connection`);
    const second = await new Promise<readonly Outcome[] | Failure>((resolve) =>
      this.#whenOpen(
        limits,
        (connection) => resolve(connection.send(retry.frames, limits)),
        resolve,
      )
    );
    if (!(second instanceof Failure)) return retry.merge(second);
    return retry.giveUp((sent) => new Failure(() => second.error, sent, second.kind));
  }

  /** While callers wait for a connection, new calls queue after them. */
  #usable(): ConnectionAsync | undefined {
    return this.#opening || this.#current?.ended ? undefined : this.#current;
  }

  /**
   * Waits for a connection within the caller's limits. Opening continues when this caller leaves.
   *
   * @param take Called with the connection.
   * @param frames The requests that wait to be sent.
   */
  #whenOpen(
    { deadline, abort }: Limits,
    take: (connection: ConnectionAsync) => void,
    fail: (failure: Failure) => void,
    frames: readonly Frame[] = [],
  ): void {
    const usable = this.#usable();
    if (usable !== undefined) return take(usable);
    const refused = refuse(this.#bytesWaiting, frames);
    if (refused !== undefined) return fail(refused);
    const size = bytesOf(frames);
    let stopListening: (() => void) | undefined;
    const done = (): boolean => {
      clearTimer(timer);
      stopListening?.();
      if (!this.#waiting.delete(waiter)) return false;
      this.#bytesWaiting -= size;
      return true;
    };
    const waiter: Waiter = {
      take: (connection) => void (done() && take(connection)),
      fail: (failure) => void (done() && fail(failure)),
    };
    const timer = deadline && setTimer(() => {
      const late = () => new TimeoutError("connection", deadline.timeout, false);
      waiter.fail(new Failure(late, false));
    }, deadline.remaining());
    this.#waiting.add(waiter);
    this.#bytesWaiting += size;
    if (abort !== undefined) {
      stopListening = abort.on(() => waiter.fail(Failure.aborted(abort.reason, false)));
    }
    if (this.#opening === undefined) void this.#open();
  }

  /** Opens a connection for all waiting callers, including those who join while it opens. */
  async #open(): Promise<void> {
    this.#opening = new Deadline(this.#settings.connectTimeout);
    const turn = dialTurn();
    if (turn !== undefined) await turn;
    const opened = await this.#dial(this.#opening);
    for (const waiter of this.#waiting) {
      if (opened instanceof Failure) waiter.fail(opened);
      else waiter.take(opened);
    }
    this.#opening = undefined;
  }

  async #dial(deadline: Deadline): Promise<ConnectionAsync | Failure> {
    const { route } = this.#host;
    const { peer } = this.#settings;
    const attempts = dial<Connection>(route, deadline, peer);
    const trust = trustOf(route.system, peer);
    let step = attempts.next();
    while (!step.done) {
      let result: Connection | ConnectFailure;
      try {
        result = await route.transport.connect(step.value, deadline, trust);
      } catch (error) {
        result = new ConnectFailure(error);
      }
      step = attempts.next(result);
    }
    const { connection, endpoint, failure } = step.value;
    if (this.#closed) {
      connection?.close();
      return Failure.closed(false);
    }
    if (connection === undefined) return await this.#host.noRoute(failure);
    this.#endpoint = endpoint;
    this.#peer = connection.peer;
    const current = new ConnectionAsync(connection, this.#settings.maxReply, () => {
      this.#connections.delete(current);
      this.#answered = current.answered;
      if (this.#current === current) this.#current = undefined;
    });
    this.#connections.add(current);
    watch(connection, current);
    return this.#current = current;
  }
}

/**
 * Overwrites the bytes of writes that were not sent or are done. The connection overwrites those
 * that it sends.
 */
function wipeUnsent(frames: readonly Frame[], outcomes: readonly Outcome[]): void {
  for (const [at, frame] of frames.entries()) {
    const outcome = outcomes[at];
    if (!(outcome instanceof Failure && outcome.sent)) wipe(frame);
  }
}
