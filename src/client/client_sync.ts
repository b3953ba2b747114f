/**
 * The synchronous client.
 *
 * @module
 */

import type { RawRequest, RawResponse } from "../protocol/envelope.ts";
import type { PeerCredentials } from "../transport.ts";
import {
  DELETE_SYNC,
  type DeleteSyncOptions,
  limitsOf,
  type Settings,
  UNLIMITED,
} from "./options.ts";
import { raw } from "./raw_request.ts";
import { ServiceSync } from "./service_sync.ts";
import { type SessionHostSync, SessionSync } from "./session_sync.ts";
import { checkService } from "./validate.ts";

/**
 * The client without promises: every call blocks the thread until the reply or the deadline. For
 * scripts, and for start-up code that cannot wait. Made by `connectSync()`. Needs the ffi transport.
 *
 * @example
 * ```ts
 * import { connectSync } from "@keychain-auth/client/sync";
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

  private constructor(host: SessionHostSync, settings: Settings) {
    this.transport = host.route.transport.name;
    this.#timeout = settings.timeout;
    this.#session = new SessionSync(host, settings);
  }

  /**
   * Connects through a transport that was already chosen; programs use `connectSync()`.
   *
   * @param host The endpoints, the transport and the caller.
   * @param settings Limits and trust.
   * @returns A client with an open connection.
   */
  static open(host: SessionHostSync, settings: Settings): KeychainClientSync {
    const client = new KeychainClientSync(host, settings);
    client.#session.open(UNLIMITED);
    return client;
  }

  /** The endpoint of the connection, or of the last one. */
  get endpoint(): string {
    return this.#session.endpoint;
  }

  /** Who listens there, where the transport can tell. */
  get peer(): PeerCredentials | undefined {
    return this.#session.connection?.peer;
  }

  /** Whether a child process would inherit the connection, as the kernel reports it. */
  get inheritable(): boolean | undefined {
    return this.#session.connection?.inheritable?.();
  }

  /**
   * The secrets of one service.
   *
   * @param name The service's name: not empty, without `:`.
   * @throws {InvalidRequestError} When the name is empty or contains `:`.
   */
  service(name: string): ServiceSync {
    checkService(name);
    return new ServiceSync({ session: this.#session, timeout: this.#timeout }, name);
  }

  /**
   * Sends one raw request. The request is validated, but neither split nor corrected.
   *
   * @param request The request.
   * @param options Timeout, and `all` for a delete with an empty prefix.
   * @returns The reply, whose `status` is `"success"`.
   * @throws {InvalidRequestError} When the request or an option is invalid.
   * @throws {DeniedError} When the reply's status is `"denied"`.
   * @throws {DaemonError} When the reply's status is `"error"`.
   * @throws {RequestTooLargeError} When its line is longer than 65,535 bytes.
   */
  request(request: RawRequest, options?: DeleteSyncOptions): RawResponse {
    const limits = limitsOf(options, this.#timeout, DELETE_SYNC);
    return this.#session.run(raw(request, options?.all === true), limits);
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
