/**
 * The one client of the process that the drop-in entries share. The first call opens it; importing
 * an entry opens nothing.
 *
 * @module
 */

import { connect } from "../connect/connect.ts";
import type { KeychainClient } from "../src/client/client.ts";
import type { ConnectOptions } from "../src/client/options.ts";
import { env } from "../src/runtime.ts";

/** A client with the calls that use it, so that replacing it does not fail any of them. */
class SharedClient {
  /** The value of `KEYCHAIN_AUTH_SOCKET` when the client was created. */
  readonly socket: string | undefined;
  readonly #client: Promise<KeychainClient>;
  #calls = 0;
  #idle: (() => void) | undefined;

  constructor(options: ConnectOptions, socket: string | undefined) {
    this.socket = socket;
    this.#client = connect(options);
  }

  async run<T>(call: (client: KeychainClient) => Promise<T>): Promise<T> {
    this.#calls++;
    try {
      return await call(await this.#open());
    } finally {
      if (--this.#calls === 0) this.#idle?.();
    }
  }

  /** Closes the client after its pending calls. */
  async close(): Promise<void> {
    if (this.#calls > 0) await new Promise<void>((resolve) => this.#idle = resolve);
    const client = await this.#client.catch(() => undefined);
    await client?.close();
  }

  async #open(): Promise<KeychainClient> {
    try {
      return await this.#client;
    } catch (error) {
      // The next call tries again: the daemon may have been started by then.
      if (shared === this) shared = undefined;
      throw error;
    }
  }
}

let options: ConnectOptions = {};
let shared: SharedClient | undefined;

/**
 * Runs one call with the shared client, which is opened when there is none or when
 * `KEYCHAIN_AUTH_SOCKET` has changed since.
 *
 * @param call What to do with the client.
 */
export async function withClient<T>(call: (client: KeychainClient) => Promise<T>): Promise<T> {
  const socket = env("KEYCHAIN_AUTH_SOCKET");
  if (shared !== undefined && shared.socket !== socket) void closeSharedClient();
  shared ??= new SharedClient(options, socket);
  return await shared.run(call);
}

/**
 * Sets how the shared client connects, from the next call on.
 *
 * @param next Options of `connect()`.
 */
export function configureConnection(next: ConnectOptions): void {
  options = next;
  void closeSharedClient();
}

/** Closes the shared client after its pending calls. The next call opens a new one. */
export async function closeSharedClient(): Promise<void> {
  const open = shared;
  shared = undefined;
  await open?.close();
}
