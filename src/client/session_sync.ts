/**
 * The synchronous session: one connection at a time, replaced when it was lost.
 *
 * @module
 */

import { Deadline } from "../clock.ts";
import { ClientClosedError, TimeoutError } from "../errors/connection.ts";
import { TransportUnavailableError } from "../errors/unavailable.ts";
import { type Frame, wipe } from "../protocol/encode.ts";
import { Failure, isLost, type Outcome } from "../protocol/outcome.ts";
import { Retry } from "../protocol/retry.ts";
import type { ConnectionSync } from "../transport.ts";
import { watch } from "./abandoned.ts";
import { BlockingConnection } from "./connection_sync.ts";
import { denierOf, type Destination } from "./denial.ts";
import { ConnectFailure, dial, type DialFailure, type Route } from "./dial.ts";
import type { Operation } from "./operation.ts";
import type { Limits, Settings } from "./options.ts";

/** What a synchronous session gets from outside the client. */
export interface SessionHostSync {
  readonly route: Route;
  /**
   * @returns The error for the caller, with an explanation and a remedy from facts about this
   * machine.
   */
  explain(problem: unknown, place: Destination): unknown;
  /** @returns The failure of connecting, with a remedy. */
  noRoute(failure: DialFailure): Failure;
}

export class SessionSync {
  readonly #host: SessionHostSync;
  readonly #settings: Settings;
  #current: BlockingConnection | undefined;
  #endpoint = "";
  /** Who listens there. */
  #peer: ConnectionSync["peer"];
  #closed = false;

  constructor(host: SessionHostSync, settings: Settings) {
    this.#host = host;
    this.#settings = settings;
  }

  /** The endpoint of the connection, or of the last one. */
  get endpoint(): string {
    return this.#endpoint;
  }

  get connection(): ConnectionSync | undefined {
    return this.#current?.ended === false ? this.#current.connection : undefined;
  }

  run<T>(operation: Operation<T>, limits: Limits): T {
    try {
      let step = operation.next([]);
      while (!step.done) {
        const outcomes = this.#exchange(step.value, limits);
        for (const frame of step.value) wipe(frame);
        step = operation.next(outcomes);
      }
      return step.value;
    } catch (problem) {
      // Only a new connection sees a change of the policy.
      denierOf(problem)?.retire();
      throw this.#host.explain(problem, {
        endpoint: this.#endpoint,
        peer: this.#peer,
        answered: this.#current?.answered,
      });
    }
  }

  /**
   * Opens the connection.
   *
   * @throws The error of connecting.
   */
  open(limits: Limits): void {
    const { name, connectSync } = this.#host.route.transport;
    if (connectSync === undefined) {
      const why = "it has no connectSync(); use connect() with it";
      throw new TransportUnavailableError(name, why);
    }
    const opened = this.#dial(limits);
    if (opened instanceof Failure) throw opened.error;
  }

  /** Closes the session. Idempotent. */
  close(): void {
    this.#closed = true;
    this.#current?.close(Failure.closed);
  }

  #exchange(frames: readonly Frame[], limits: Limits): Outcome[] {
    if (this.#closed && frames.length === 0) throw new ClientClosedError();
    if (frames.length === 0) return [];
    const outcomes = this.#send(frames, limits);
    if (!outcomes.some(isLost)) return outcomes;
    const retry = new Retry(frames, outcomes);
    if (retry.frames.length === 0) return outcomes;
    const connection = this.#usable(limits);
    if (!(connection instanceof Failure)) return retry.merge(connection.send(retry.frames, limits));
    return retry.giveUp((sent) => new Failure(() => connection.error, sent));
  }

  #send(frames: readonly Frame[], limits: Limits): Outcome[] {
    const connection = this.#closed ? Failure.closed(false) : this.#usable(limits);
    if (connection instanceof Failure) return frames.map(() => connection);
    return connection.send(frames, limits);
  }

  #usable(limits: Limits): BlockingConnection | Failure {
    return this.#current?.ended === false ? this.#current : this.#dial(limits);
  }

  #dial({ deadline: limit }: Limits): BlockingConnection | Failure {
    const { connectTimeout, peer, maxReply } = this.#settings;
    const { transport } = this.#host.route;
    if (limit?.passed) {
      return new Failure(() => new TimeoutError("connection", limit.timeout, false), false);
    }
    const own = new Deadline(connectTimeout);
    const deadline = limit && limit.at < own.at ? limit : own;
    const attempts = dial<ConnectionSync>(this.#host.route, deadline, peer);
    let step = attempts.next();
    while (!step.done) {
      let result: ConnectionSync | ConnectFailure;
      try {
        result = transport.connectSync!(step.value, deadline);
      } catch (error) {
        result = new ConnectFailure(error);
      }
      step = attempts.next(result);
    }
    const { connection, endpoint, failure } = step.value;
    if (connection === undefined) return this.#host.noRoute(failure);
    this.#endpoint = endpoint;
    this.#peer = connection.peer;
    const current = this.#current = new BlockingConnection(connection, maxReply);
    watch(connection, current);
    return current;
  }
}
