/**
 * The asynchronous client.
 *
 * @module
 */

import { budgetOf, type CallOptions } from "./budget.ts";
import { checkService } from "./validate.ts";
import { Coalescer } from "./read_batch.ts";
import { KeepAlive } from "./keep_alive.ts";
import { raw } from "./operations.ts";
import { type ConnectOptions, settingsOf } from "./options.ts";
import type { Request, Response } from "../protocol/envelope.ts";
import { Service } from "./service.ts";
import { type Host, Session } from "./session.ts";
import type { PeerCredentials } from "../transport.ts";

/** Options of a raw request. */
export interface RequestOptions extends CallOptions {
  /** Must be `true` to delete with an empty prefix, which means every secret of the service. */
  readonly all?: boolean;
}

/**
 * A client of the daemon: one connection for all calls, opened again when the daemon has closed it.
 * Made by `connect()`.
 *
 * @example
 * ```ts
 * import { connect } from "@keychain-auth/client";
 *
 * await using client = await connect();
 * console.log(client.transport); // "ffi" or "node"
 * ```
 */
export class KeychainClient implements AsyncDisposable {
  readonly #session: Session;
  readonly #reads: Coalescer;
  readonly #keepAlive: KeepAlive | undefined;
  readonly #timeout: number | undefined;
  /** The name of the transport in use. */
  readonly transport: string;

  /** @ignore Made by `connect()`. */
  private constructor(host: Host, options: ConnectOptions) {
    const settings = settingsOf(options);
    this.transport = host.target.transport.name;
    this.#timeout = settings.timeout;
    this.#session = new Session(host, settings);
    this.#reads = new Coalescer(this.#session);
    if (settings.keepAlive) this.#keepAlive = new KeepAlive(this.#session);
  }

  /**
   * Connects through a transport that was chosen already; `connect()` is for everybody else.
   *
   * @param host Where to, how, and who asks.
   * @param options Limits and trust. Its `endpoint` and `transport` are not looked at.
   * @returns A client with an open connection.
   * @throws As `connect()` rejects, but for what choosing an endpoint and a transport throws.
   */
  static async open(host: Host, options: ConnectOptions): Promise<KeychainClient> {
    const { signal } = options;
    signal?.throwIfAborted();
    const client = new KeychainClient(host, options);
    try {
      await client.#session.open({ signal });
    } catch (error) {
      await client.close();
      throw error;
    }
    return client;
  }

  /** The endpoint that is connected to, or was last. */
  get endpoint(): string {
    return this.#session.endpoint;
  }

  /** Who listens there, where the transport can tell. */
  get peer(): PeerCredentials | undefined {
    return this.#session.connection?.peer;
  }

  /**
   * Whether a child process would inherit the connection, read back from the kernel; `undefined`
   * while there is none or where that cannot be asked. Every transport here makes it `false`.
   */
  get inheritable(): boolean | undefined {
    return this.#session.connection?.inheritable?.();
  }

  /**
   * The secrets of one service.
   *
   * @param name The service's name: not empty, without `:`.
   * @throws {InvalidRequestError} When it is no such name.
   */
  service(name: string): Service {
    checkService(name);
    return new Service({
      timeout: this.#timeout,
      reads: this.#reads,
      run: this.#run,
    }, name);
  }

  /**
   * Sends one raw envelope. It is checked, but neither cut into several nor repaired.
   *
   * @param request The envelope.
   * @param options Timeout, signal, and `all` for a delete with an empty prefix.
   * @returns The reply, whose `status` is `"success"`.
   * @throws {DeniedError} When the reply's status is `"denied"`.
   * @throws {DaemonError} When the reply's status is `"error"`.
   * @throws {RequestTooLargeError} When its line is longer than 65,535 bytes.
   *
   * @example
   * ```ts
   * import { connect } from "@keychain-auth/client";
   *
   * await using client = await connect();
   * const { results = [] } = await client.request({ action: "search", service: "AgentSecrets" });
   * console.log(results.map(({ target }) => target).length);
   * ```
   */
  request(request: Request, options?: RequestOptions): Promise<Response> {
    return new Promise((resolve, reject) => {
      const operation = raw(request, options?.all === true);
      this.#run(operation, budgetOf(options, this.#timeout), resolve, reject);
    });
  }

  /** Closes the connection. What is under way rejects with `ClientClosedError`. Idempotent. */
  close(): Promise<void> {
    this.#keepAlive?.stop();
    this.#session.close();
    return Promise.resolve();
  }

  /** The same as {@linkcode KeychainClient.close}, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Reads that were collected in this turn go first, as the caller asked them first. */
  readonly #run: Session["run"] = (operation, budget, resolve, reject) => {
    this.#reads.flush();
    this.#session.run(operation, budget, resolve, reject);
  };
}
