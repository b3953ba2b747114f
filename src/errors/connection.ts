/**
 * Errors of an open connection: lost, late, invalid replies, or closed by the caller.
 *
 * @module
 */

import { KeychainAuthError } from "./base.ts";

/**
 * The reply does not follow the protocol or does not fit its request. The connection was dropped,
 * and no caller got any part of the reply. Never quotes the reply.
 *
 * @example
 * ```ts
 * import { ProtocolError } from "@keychain-auth/client";
 *
 * const error = new ProtocolError("the reply is not JSON in UTF-8");
 * console.log(error.code); // "protocol"
 * ```
 */
export class ProtocolError extends KeychainAuthError {
  /** The name of the class, also where a bundler has renamed it. */
  override readonly name = "ProtocolError";
  /** What happened, for programs. */
  override readonly code = "protocol" as const;
  /** What is wrong with the reply, without any of its content. */
  readonly problem: string;

  /**
   * Made by the client; a program needs this only to play a failure in its tests.
   *
   * @param problem What is wrong with the reply, without any of its content.
   */
  constructor(problem: string) {
    super(
      `Protocol error: ${problem}. The connection was closed. ` +
        "Check that the program at this endpoint is keychain-auth",
    );
    this.problem = problem;
  }
}

/**
 * The connection ended before the reply came. Reads and searches were retried once on a new
 * connection before this is thrown. Writes and deletes are never retried once they may have reached
 * the daemon.
 *
 * @example Deciding what to do with a lost write
 * ```ts
 * import { ConnectionLostError } from "@keychain-auth/client";
 *
 * function mayHaveBeenWritten(error: unknown): boolean {
 *   return error instanceof ConnectionLostError && error.sent;
 * }
 * console.log(mayHaveBeenWritten(new ConnectionLostError(true))); // true
 * ```
 */
export class ConnectionLostError extends KeychainAuthError {
  /** The name of the class, also where a bundler has renamed it. */
  override readonly name = "ConnectionLostError";
  /** What happened, for programs. */
  override readonly code = "connection_lost" as const;
  /**
   * Whether the whole request may have reached the daemon, which then may have carried it out.
   * `false` means that it certainly was not carried out.
   */
  readonly sent: boolean;
  /** The command to type, where one helps. */
  readonly remedy: string | undefined;

  /**
   * Made by the client; a program needs this only to play a failure in its tests.
   *
   * @param sent Whether the whole request may have reached the daemon.
   * @param options The failed call as `cause`, the likely reason as `hint`, and the command to type
   * as `remedy`.
   */
  constructor(
    sent: boolean,
    options: { cause?: unknown; hint?: string; remedy?: string | undefined } = {},
  ) {
    const what = sent
      ? "after the request was sent; it may have been carried out"
      : "before the request was sent; it was not carried out";
    const hint = options.hint ?? (sent ? "Read it back, or try again" : "Try again");
    super(`Connection lost ${what}. ${withRemedy(hint, options.remedy)}`, causeOf(options));
    this.sent = sent;
    this.remedy = options.remedy;
  }
}

/**
 * No reply, or no connection, in time. A reply that still comes is discarded and overwritten.
 *
 * @example A deadline of a tenth of a second for one call
 * ```ts
 * import { connect, TimeoutError } from "@keychain-auth/client";
 *
 * await using client = await connect();
 * try {
 *   await client.service("AgentSecrets").get("DATABASE_URL", { timeout: 100 });
 * } catch (error) {
 *   if (error instanceof TimeoutError) console.log(`Too slow: ${error.timeout} ms`);
 *   else throw error;
 * }
 * ```
 */
export class TimeoutError extends KeychainAuthError {
  /** The name of the class, also where a bundler has renamed it. */
  override readonly name = "TimeoutError";
  /** What happened, for programs. */
  override readonly code = "timeout" as const;
  /** The allowance that ran out, in milliseconds. */
  readonly timeout: number;
  /** Whether the whole request may have reached the daemon and may still be carried out. */
  readonly sent: boolean;
  /** The command to type, where one helps. */
  readonly remedy: string | undefined;

  /**
   * Made by the client; a program needs this only to play a failure in its tests.
   *
   * @param what What did not happen in time: `"reply"`, `"connection"`.
   * @param timeout The allowance in milliseconds.
   * @param sent Whether the whole request may have reached the daemon.
   * @param hint What it may mean and what to do.
   * @param remedy The command to type.
   */
  constructor(what: string, timeout: number, sent: boolean, hint?: string, remedy?: string) {
    const advice = hint ?? "Set a longer timeout if the keychain is slow or waits to be unlocked";
    super(
      `No ${what} within ${timeout < 1 ? timeout : Math.round(timeout)} ms` +
        (sent ? "; the request was sent and may still be carried out" : "") +
        `. ${withRemedy(advice, remedy)}`,
    );
    this.timeout = timeout;
    this.sent = sent;
    this.remedy = remedy;
  }
}

/**
 * The client was closed before or during the call.
 *
 * @example
 * ```ts
 * import { ClientClosedError, connect } from "@keychain-auth/client";
 *
 * const client = await connect();
 * await client.close();
 * try {
 *   await client.service("AgentSecrets").get("DATABASE_URL");
 * } catch (error) {
 *   console.log(error instanceof ClientClosedError); // true
 * }
 * ```
 */
export class ClientClosedError extends KeychainAuthError {
  /** The name of the class, also where a bundler has renamed it. */
  override readonly name = "ClientClosedError";
  /** What happened, for programs. */
  override readonly code = "client_closed" as const;
  /** Whether the whole request may have reached the daemon and may still be carried out. */
  readonly sent: boolean;

  /**
   * Made by the client; a program needs this only to play a failure in its tests.
   *
   * @param sent Whether the whole request may have reached the daemon.
   */
  constructor(sent = false) {
    super(
      `The client is closed${sent ? "; the request was sent and may still be carried out" : ""}. ` +
        "Connect again with connect()",
    );
    this.sent = sent;
  }
}

/**
 * More than 64 MiB of requests wait for a daemon that does not keep up.
 *
 * @example
 * ```ts
 * import { QueueFullError } from "@keychain-auth/client";
 *
 * console.log(new QueueFullError(64 * 1024 * 1024).code); // "queue_full"
 * ```
 */
export class QueueFullError extends KeychainAuthError {
  /** The name of the class, also where a bundler has renamed it. */
  override readonly name = "QueueFullError";
  /** What happened, for programs. */
  override readonly code = "queue_full" as const;

  /**
   * Made by the client; a program needs this only to play a failure in its tests.
   *
   * @param limit The limit in bytes.
   */
  constructor(limit: number) {
    super(`More than ${limit} bytes of requests are waiting to be sent. Await some of them first`);
  }
}

/** Keeps `cause` absent rather than undefined, so that inspection shows none. */
export function causeOf(options: { cause?: unknown }): ErrorOptions | undefined {
  return options.cause === undefined ? undefined : { cause: options.cause };
}

/** @returns The advice with the command to type at its end. */
export function withRemedy(advice: string, remedy: string | undefined): string {
  return remedy === undefined ? advice : `${advice}. Type: ${remedy}`;
}
