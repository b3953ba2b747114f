/**
 * What one executable may do, with the keys of the daemon's own configuration. Names are exact and
 * case-sensitive, there are no wildcards.
 *
 * @example
 * ```ts
 * import type { DaemonPolicy } from "@keychain-auth/client/testing";
 *
 * const readOnly: DaemonPolicy = {
 *   allowed_read_services: ["AgentSecrets"],
 *   allowed_write_services: [],
 *   can_search: false,
 * };
 * console.log(readOnly.can_search); // false
 * ```
 */
export interface DaemonPolicy {
  /** Services that may be read and, with `can_search`, searched. */
  readonly allowed_read_services: readonly string[];
  /** Services that may be written to and deleted from. */
  readonly allowed_write_services: readonly string[];
  /** Whether search, prefix read and prefix delete are allowed. */
  readonly can_search: boolean;
}

/**
 * Options of {@linkcode startDaemon}.
 *
 * @example
 * ```ts
 * import { type DaemonOptions, startDaemon } from "@keychain-auth/client/testing";
 *
 * const options: DaemonOptions = { secrets: { AgentSecrets: { KEY: "value" } }, idleTimeout: 500 };
 * await using daemon = await startDaemon(options);
 * console.log(daemon.connections); // 0
 * ```
 */
export interface DaemonOptions {
  /**
   * Where to listen: the path of a Unix socket, or of a named pipe on Windows. A stale socket is
   * replaced; one that answers is refused.
   * Default: a socket in a private temporary folder, or a pipe with a random name.
   */
  readonly endpoint?: string;
  /** Secrets to start with: service, then target, then value. Default: none. */
  readonly secrets?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** What callers may do. Default: everything, for every service whose name is not empty. */
  readonly policy?: DaemonPolicy;
  /**
   * A configuration file in the daemon's own format, `config.json`. Each caller's executable is looked
   * up in it, and may do what its entry allows. The file is read again for every connection; a file
   * that does not exist registers nobody. Beside it the daemon writes `pending.json`, the callers that
   * it refused, and `audit.log`. Linux only, and not together with `policy` or `registered`.
   */
  readonly config?: string;
  /**
   * `false` sends every caller an unsolicited `unregistered_binary_pending_approval`, 30 ms after
   * connecting, and closes. Default: `true`.
   */
  readonly registered?: boolean;
  /**
   * Milliseconds without a complete line after which a connection is closed. `Infinity`: never.
   * Default: 30,000.
   */
  readonly idleTimeout?: number;
  /** Connections served at once; further ones connect and wait. Default: 64. */
  readonly maxConnections?: number;
  /**
   * Milliseconds for which `close()` keeps serving open connections before it ends them. The real
   * daemon takes 5,000. Default: 100.
   */
  readonly shutdownTimeout?: number;
}

/**
 * A running embedded daemon. `await using` closes it.
 *
 * @example
 * ```ts
 * import { startDaemon, type TestDaemon } from "@keychain-auth/client/testing";
 *
 * const daemon: TestDaemon = await startDaemon({ secrets: { AgentSecrets: { KEY: "value" } } });
 * console.log(daemon.endpoint, daemon.secrets("AgentSecrets").KEY);
 * await daemon.close();
 * ```
 */
export interface TestDaemon extends AsyncDisposable {
  /** The path of the socket or pipe. */
  readonly endpoint: string;
  /** How many connections were accepted so far, the waiting ones included. */
  readonly connections: number;
  /** How many connections are open now, the waiting ones included. */
  readonly openConnections: number;
  /** How many requests were answered so far, malformed ones included. */
  readonly requests: number;
  /**
   * A copy of what is stored for a service.
   *
   * @param service The service's name.
   * @returns Values by target.
   */
  secrets(service: string): Record<string, string>;
  /** Ends every open connection cleanly and silently, as the idle timeout does. */
  disconnect(): void;
  /**
   * Stops listening and removes the socket at once, serves open connections for up to
   * `shutdownTimeout` milliseconds, then ends them. May be called more than once.
   */
  close(): Promise<void>;
}
