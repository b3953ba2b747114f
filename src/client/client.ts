/**
 * The asynchronous client.
 *
 * @module
 */

import type { RawRequest, RawResponse } from "../protocol/envelope.ts";
import type { PeerCredentials } from "../transport.ts";
import { abortOf, type AbortSignalLike } from "./abort.ts";
import { DELETE, type DeleteOptions, limitsOf, type Settings } from "./options.ts";
import { raw } from "./raw_request.ts";
import { ReadBatch } from "./read_batch.ts";
import { Service, type ServiceHost } from "./service.ts";
import { Session, type SessionHost } from "./session.ts";
import { checkService } from "./validate.ts";

/**
 * A client of the daemon: one connection for all calls, opened again after the daemon has closed it.
 * Made by `connect()`.
 *
 * @example
 * ```ts
 * import { connect } from "@keychain-auth/client";
 *
 * await using client = await connect();
 * console.log(client.transport); // "ffi", "deno" or "node"
 * ```
 */
export class KeychainClient implements AsyncDisposable {
  readonly #session: Session;
  readonly #service: ServiceHost;
  readonly #timeout: number | undefined;
  #keepAlive: { stop(): void } | undefined;
  /** The name of the transport in use. */
  readonly transport: string;

  private constructor(host: SessionHost, settings: Settings) {
    const { timeout } = settings;
    this.transport = host.route.transport.name;
    this.#timeout = timeout;
    const session = this.#session = new Session(host, settings);
    const reads = new ReadBatch(session, timeout);
    this.#service = { session, reads, timeout };
  }

  /**
   * Connects through a transport that was already chosen; programs use `connect()`.
   *
   * @param host The endpoints, the transport and the caller.
   * @param settings Limits and trust.
   * @param signal Aborts connecting.
   * @returns A client with an open connection.
   */
  static async open(
    host: SessionHost,
    settings: Settings,
    signal?: AbortSignalLike,
  ): Promise<KeychainClient> {
    const client = new KeychainClient(host, settings);
    try {
      const abort = abortOf(signal);
      if (abort?.aborted) throw abort.reason;
      await client.#session.open({ abort });
      if (settings.keepAlive) {
        const { KeepAlive } = await import("./keep_alive.ts");
        client.#keepAlive = new KeepAlive(client.#session);
      }
      return client;
    } catch (error) {
      await client.close();
      throw error;
    }
  }

  /** The endpoint of the connection, or of the last one. */
  get endpoint(): string {
    return this.#session.endpoint;
  }

  /** Who listens there, where the transport can tell. */
  get peer(): PeerCredentials | undefined {
    return this.#session.connection?.peer;
  }

  /**
   * Whether a child process would inherit the connection, as the kernel reports it; `undefined`
   * while there is no connection or where the kernel cannot be asked.
   */
  get inheritable(): boolean | undefined {
    return this.#session.connection?.inheritable?.();
  }

  /**
   * The secrets of one service.
   *
   * @param name The service's name: not empty, without `:`.
   * @throws {InvalidRequestError} When the name is empty or contains `:`.
   */
  service(name: string): Service {
    checkService(name);
    return new Service(this.#service, name);
  }

  /**
   * Sends one raw request. The request is validated, but neither split nor corrected.
   *
   * @param request The request.
   * @param options Timeout, signal, and `all` for a delete with an empty prefix.
   * @returns The reply, whose `status` is `"success"`.
   * @throws {InvalidRequestError} When the request or an option is invalid.
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
  async request(request: RawRequest, options?: DeleteOptions): Promise<RawResponse> {
    const limits = limitsOf(options, this.#timeout, DELETE);
    this.#service.reads.flush();
    return await this.#session.run(raw(request, options?.all === true), limits);
  }

  /** Closes the connection. Calls under way reject with `ClientClosedError`. Idempotent. */
  close(): Promise<void> {
    this.#keepAlive?.stop();
    this.#session.close();
    return Promise.resolve();
  }

  /** The same as {@linkcode KeychainClient.close}, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
