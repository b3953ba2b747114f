/**
 * The synchronous client.
 *
 * @module
 */

import { budgetOf, UNLIMITED } from "./budget.ts";
import { checkService } from "./validate.ts";
import type { RequestOptions } from "./client.ts";
import { raw } from "./operations.ts";
import { type ClientOptions, settingsOf } from "./options.ts";
import type { Request, Response } from "../protocol/envelope.ts";
import { ServiceSync } from "./service_sync.ts";
import { type HostSync, SessionSync } from "./session_sync.ts";
import type { PeerCredentials } from "../transport.ts";

/**
 * The client without promises: every call blocks the thread until the reply or the deadline. For
 * scripts, and for start-up code that cannot wait. Made by `connectSync()`; needs the ffi transport.
 *
 * @example
 * ```ts
 * import { connectSync } from "@keychain-auth/client";
 *
 * using client = connectSync();
 * console.log(client.transport); // "ffi"
 * ```
 */
export class KeychainClientSync implements Disposable {
  readonly #session: SessionSync;
  readonly #timeout: number | undefined;
  /** The name of the transport in use. */
  readonly transport: string;

  /** @ignore Made by `connectSync()`. */
  private constructor(host: HostSync, options: ClientOptions) {
    const settings = settingsOf(options);
    this.transport = host.target.transport.name;
    this.#timeout = settings.timeout;
    this.#session = new SessionSync(host, settings);
  }

  /**
   * Connects through a transport that was chosen already; `connectSync()` is for everybody else.
   *
   * @param host Where to, how, and who asks.
   * @param options Limits and trust. Its `endpoint` and `transport` are not looked at.
   * @returns A client with an open connection.
   * @throws As `connectSync()` does, but for what choosing an endpoint and a transport throws.
   */
  static open(host: HostSync, options: ClientOptions): KeychainClientSync {
    const client = new KeychainClientSync(host, options);
    client.#session.open(UNLIMITED);
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

  /** Whether a child process would inherit the connection, read back from the kernel. */
  get inheritable(): boolean | undefined {
    return this.#session.connection?.inheritable?.();
  }

  /**
   * The secrets of one service.
   *
   * @param name The service's name: not empty, without `:`.
   * @throws {InvalidRequestError} When it is no such name.
   */
  service(name: string): ServiceSync {
    checkService(name);
    return new ServiceSync({
      timeout: this.#timeout,
      run: (operation, budget) => this.#session.run(operation, budget),
    }, name);
  }

  /**
   * Sends one raw envelope.
   *
   * @param request The envelope.
   * @param options Timeout, and `all` for a delete with an empty prefix.
   * @returns The reply, whose `status` is `"success"`.
   * @throws As {@linkcode KeychainClient.request} does.
   */
  request(request: Request, options?: RequestOptions): Response {
    const operation = raw(request, options?.all === true);
    return this.#session.run(operation, budgetOf(options, this.#timeout));
  }

  /** Closes the connection. Idempotent. */
  close(): void {
    this.#session.close();
  }

  /** The same as {@linkcode KeychainClientSync.close}, for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }
}
