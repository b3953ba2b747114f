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
   * A configuration file in the daemon's own format, `config.json`. Each caller's executable is
   * looked up in it, and may do what its entry allows. The file is read again for every connection;
   * a file that does not exist registers no one. Next to it the daemon writes `pending.json` with
   * the callers that it refused, and `audit.log`. Linux only, and not together with `policy` or
   * `registered`.
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
  /** Faults to begin with, as {@linkcode TestDaemon.fail} begins them later. Default: none. */
  readonly faults?: readonly (FaultName | (FaultOptions & { readonly name: FaultName }))[];
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
   * The requests that were answered so far, oldest first, with their names and without any value. Of
   * more than 10,000 the newest are kept.
   */
  readonly recorded: readonly RecordedRequest[];
  /** Forgets the requests that were recorded. */
  forget(): void;
  /**
   * Begins a fault, which lasts until it is healed. When several apply to a request, the first
   * happens.
   *
   * @param name What goes wrong.
   * @param options How often, when, and to which requests.
   * @returns The fault, to be counted and healed; `using` heals it.
   * @throws {TypeError} When the name or an option is unknown, or has the wrong type.
   * @throws {RangeError} When a number is out of range.
   */
  fail(name: FaultName, options?: FaultOptions): Fault;
  /** Ends every fault. */
  heal(): void;
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

/**
 * What can go wrong.
 *
 * - `"denied"`: requests are denied, and not carried out
 * - `"unregistered"`: new connections get `unregistered_binary_pending_approval` and are closed
 * - `"slow"`: replies are late, and delay those after them
 * - `"reset"`: the connection breaks instead of a reply; the request was carried out
 * - `"oversized"`: replies are longer than a client accepts
 * - `"half-line"`: the connection ends in the middle of a reply
 * - `"idle-close"`: the connection is closed after a reply, as the idle timeout does
 * - `"wrong-echo"`: replies name a secret that was not requested
 * - `"stopped"`: nothing listens, and open connections end
 */
export type FaultName =
  | "denied"
  | "unregistered"
  | "slow"
  | "reset"
  | "oversized"
  | "half-line"
  | "idle-close"
  | "wrong-echo"
  | "stopped";

/**
 * How often a fault happens, and to what.
 *
 * @example
 * ```ts
 * import { type FaultOptions, startDaemon } from "@keychain-auth/client/testing";
 *
 * await using daemon = await startDaemon();
 * const once: FaultOptions = { times: 1, action: "write" };
 * console.log(daemon.fail("reset", once).hits); // 0
 * ```
 */
export interface FaultOptions {
  /** How many requests it affects; connections for `"unregistered"`. Default: all. */
  readonly times?: number;
  /** How many of them to let through first. Default: 0. */
  readonly after?: number;
  /** Only requests with this action: `"read"`, `"write"`, `"delete"` or `"search"`. */
  readonly action?: string;
  /** Only requests that name this target or prefix. */
  readonly target?: string;
  /** Milliseconds before the reply, for `"slow"`. `Infinity`: never. Default: 1,000. */
  readonly delay?: number;
  /** The reason, for `"denied"`. Default: `"service_not_allowed"`. */
  readonly reason?: string;
  /**
   * Length of the reply in bytes, for `"oversized"`. Default: 67,108,865, one more than a client
   * accepts.
   */
  readonly bytes?: number;
}

/** A fault that has begun. `using` heals it. */
export interface Fault extends Disposable {
  /** What goes wrong. */
  readonly name: FaultName;
  /** How often it has happened. */
  readonly hits: number;
  /** Ends it. May be called more than once. */
  heal(): void;
}

/** A request that the daemon answered, without any value. */
export interface RecordedRequest {
  /** The connection's number, from 1. */
  readonly connection: number;
  /** `"read"`, `"write"`, …; empty when the line could not be decoded. */
  readonly action: string;
  /** The service's name. */
  readonly service: string;
  /** `"exact"` or `"prefix"`. */
  readonly match: string;
  /** The names or prefixes. */
  readonly targets: readonly string[];
  /** `"success"`, `"denied"` or `"error"`. */
  readonly status: string;
  /** Why it was not a success. */
  readonly reason?: string;
}
